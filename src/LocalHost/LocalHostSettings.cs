using Microsoft.Extensions.Configuration;

namespace Understudy.LocalHost;

/// <summary>What the command line and the environment say: <c>--urls</c>, <c>--data</c>, <c>--models</c>, or <c>UNDERSTUDY_URLS</c> and so on.</summary>
/// <param name="Url">Where the API listens; loopback only, port 0 for any free one.</param>
/// <param name="DataFolder">Blobs, workflows and traces of this host.</param>
/// <param name="ModelsFolder">Tasks and their releases.</param>
internal sealed record LocalHostSettings(string Url, string DataFolder, string ModelsFolder)
{
    public const string EnvironmentPrefix = "UNDERSTUDY_";

    /// <exception cref="LocalHostSettingsException">With every problem that was found.</exception>
    public static LocalHostSettings Read(IReadOnlyList<string> args)
    {
        var problems = new List<string>();
        Known(args, problems);
        if (problems.Count > 0)
        {
            throw new LocalHostSettingsException(problems);
        }

        var configuration = new ConfigurationBuilder().AddEnvironmentVariables(EnvironmentPrefix).AddCommandLine([.. args]).Build();
        var url = configuration["urls"] ?? "http://127.0.0.1:7071";
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme != "http" || !uri.IsLoopback || uri.PathAndQuery != "/")
        {
            problems.Add($"--urls: '{url}' must be one http address on this machine, such as http://127.0.0.1:7071. The local host has no sign-in, so it serves this machine only.");
        }

        var models = Path.GetFullPath(configuration["models"] ?? "models");
        if (!Directory.Exists(models))
        {
            problems.Add($"--models: there is no folder '{models}'. Point --models or {EnvironmentPrefix}MODELS to the folder with one folder per task.");
        }

        return problems.Count == 0
            ? new(url, Path.GetFullPath(configuration["data"] ?? ".understudy"), models)
            : throw new LocalHostSettingsException(problems);
    }

    private static void Known(IReadOnlyList<string> args, List<string> problems)
    {
        foreach (var arg in args.Where(arg => arg.StartsWith('-')))
        {
            var name = arg.TrimStart('-').Split('=')[0];
            if (name is not ("urls" or "data" or "models") && !name.Contains(':'))
            {
                problems.Add($"{arg}: not known. Use --urls, --data, --models, or a setting such as --Limits:BatchRecords=20000.");
            }
        }
    }
}
