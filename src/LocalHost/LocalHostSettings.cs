using Microsoft.Extensions.Configuration;
using Understudy.Api.Quotas;
using Understudy.Hosting;
using Understudy.LocalHost.Events;
using Understudy.LocalHost.Retention;
using Understudy.LocalHost.Triggers;
using Understudy.Workflows.Lessons;
using Understudy.Workflows.Limits;
using Understudy.Workflows.Retraining;
using Understudy.Workflows.Rollouts;

namespace Understudy.LocalHost;

/// <summary>What the command line and the environment say: <c>--urls</c>, <c>--data</c>, <c>--models</c>, or <c>UNDERSTUDY_URLS</c> and so on.</summary>
/// <param name="Url">Where the API listens; loopback only, port 0 for any free one.</param>
/// <param name="DataFolder">Blobs, workflows and traces of this host.</param>
/// <param name="ModelsFolder">Tasks and their releases.</param>
internal sealed record LocalHostSettings(string Url, string DataFolder, string ModelsFolder)
{
    public const string EnvironmentPrefix = "UNDERSTUDY_";

    private static readonly (string, Type)[] Sections =
    [
        (UnderstudyLimits.Section, typeof(UnderstudyLimits)), (QuotaOptions.Section, typeof(QuotaOptions)), (LessonOptions.Section, typeof(LessonOptions)),
        (RetrainingOptions.Section, typeof(RetrainingOptions)), (RolloutOptions.Section, typeof(RolloutOptions)), (KeepOptions.Section, typeof(KeepOptions)),
        (EventGridOptions.Section, typeof(EventGridOptions)), (BatchTriggerOptions.Section, typeof(BatchTriggerOptions)), (LessonTriggerOptions.Section, typeof(LessonTriggerOptions)),
    ];

    /// <exception cref="LocalHostSettingsException">With every problem that was found.</exception>
    public static LocalHostSettings Read(IReadOnlyList<string> args)
    {
        var problems = HostArguments.Unknown(args, ["urls", "data", "models"], "--Limits:BatchRecords=20000").ToList();
        if (problems.Count > 0)
        {
            throw new LocalHostSettingsException(problems);
        }

        var configuration = new ConfigurationBuilder().AddEnvironmentVariables(EnvironmentPrefix).AddCommandLine([.. args]).Build();
        var url = configuration["urls"] ?? "http://127.0.0.1:7071";
        var address = ListenAddress.Of(url);
        if (address is not { IsLoopback: true })
        {
            problems.Add($"--urls: '{url}' must be one http address on this machine, its host localhost or a number, such as http://127.0.0.1:7071. The local host has no sign-in, so it serves this machine only.");
        }

        var models = HostArguments.Folder(configuration, "models", "models");
        if (!Directory.Exists(models))
        {
            problems.Add($"--models: there is no folder '{models}'. Point --models or {EnvironmentPrefix}MODELS to the folder with one folder per task.");
        }

        var data = HostArguments.Folder(configuration, "data", ".understudy");
        if (File.Exists(data))
        {
            problems.Add($"--data: '{data}' is a file. Give this host a folder of its own.");
        }

        problems.AddRange(HostArguments.Unknown(args, Sections));
        return problems.Count == 0
            ? new(address!.Url, data, models)
            : throw new LocalHostSettingsException(problems);
    }
}
