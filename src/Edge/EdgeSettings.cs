using Understudy.Hosting;
using Understudy.Inference.Sites;

namespace Understudy.Edge;

/// <summary>What the command line and the environment say: <c>--site</c>, <c>--urls</c>, <c>--data</c>, or <c>UNDERSTUDY_SITE</c> and so on.</summary>
/// <param name="Site">The site's name: its folder in the containers.</param>
/// <param name="Url">Where the agent listens; port 0 for any free one.</param>
/// <param name="DataFolder">Packages, queue and memory; all that the agent needs when the line is down. Its alone, and its site's for good.</param>
internal sealed record EdgeSettings(string Site, string Url, string DataFolder)
{
    public const string EnvironmentPrefix = "UNDERSTUDY_";

    /// <exception cref="EdgeSettingsException">With every problem that was found.</exception>
    public static EdgeSettings Read(IReadOnlyList<string> args)
    {
        var problems = HostArguments.Unknown(args, ["site", "urls", "data"], "--Edge:PollSeconds=30").ToList();
        if (problems.Count > 0)
        {
            throw new EdgeSettingsException(problems);
        }

        var configuration = new ConfigurationBuilder().AddEnvironmentVariables(EnvironmentPrefix).AddCommandLine([.. args]).Build();
        var site = configuration["site"] ?? "";
        if (!SiteFolder.IsSite(site))
        {
            problems.Add($"--site: '{site}' must be 1 to 63 lower-case letters, digits or hyphens. Give the name of the site's folder.");
        }

        var url = configuration["urls"] ?? "http://127.0.0.1:7091";
        var address = ListenAddress.Of(url);
        if (address is null)
        {
            problems.Add($"--urls: '{url}' must be one http address with localhost or a number for its host, such as http://127.0.0.1:7091, or http://0.0.0.0:8080 in a container.");
        }

        var data = HostArguments.Folder(configuration, "data", ".understudy-edge");
        if (File.Exists(data))
        {
            problems.Add($"--data: '{data}' is a file. Give this agent a folder of its own.");
        }

        problems.AddRange(HostArguments.Unknown(args, (EdgeOptions.Section, typeof(EdgeOptions))));
        return problems.Count == 0
            ? new(site, address!.Url, data)
            : throw new EdgeSettingsException(problems);
    }
}
