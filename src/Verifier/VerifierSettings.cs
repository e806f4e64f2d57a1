using System.Net;
using Understudy.Hosting;
using Understudy.Verifier.LanguageModels;
using Understudy.Verifier.Scheduling;

namespace Understudy.Verifier;

/// <summary>What the command line and the environment say: <c>--urls</c>, <c>--grpc</c>, <c>--models</c>, or <c>UNDERSTUDY_URLS</c> and so on.</summary>
/// <param name="Http">Where the OpenAI-compatible API, the probes and the metrics are; HTTP/1.1. Port 0 for any free one.</param>
/// <param name="Grpc">Where gRPC is; HTTP/2 without TLS, which cannot share a port with HTTP/1.1.</param>
/// <param name="ModelsFolder">Tasks and their releases.</param>
internal sealed record VerifierSettings(IPEndPoint Http, IPEndPoint Grpc, string ModelsFolder)
{
    public const string EnvironmentPrefix = "UNDERSTUDY_";

    /// <exception cref="VerifierSettingsException">With every problem that was found.</exception>
    public static VerifierSettings Read(IReadOnlyList<string> args)
    {
        var problems = HostArguments.Unknown(args, ["urls", "grpc", "models"], "--Limits:OutputTokens=2048").ToList();
        if (problems.Count > 0)
        {
            throw new VerifierSettingsException(problems);
        }

        var configuration = new ConfigurationBuilder().AddEnvironmentVariables(EnvironmentPrefix).AddCommandLine([.. args]).Build();
        var http = Address("urls", configuration["urls"] ?? "http://127.0.0.1:7081", problems);
        var grpc = Address("grpc", configuration["grpc"] ?? "http://127.0.0.1:7082", problems);
        if (http.Port != 0 && http.Equals(grpc))
        {
            problems.Add($"--grpc: it is the address of --urls, {http}. Give each a port of its own.");
        }

        var models = HostArguments.Folder(configuration, "models", "models");
        if (!Directory.Exists(models))
        {
            problems.Add($"--models: there is no folder '{models}'. Point --models or {EnvironmentPrefix}MODELS to the folder with one folder per task.");
        }

        problems.AddRange(HostArguments.Unknown(
            args, (VerifierLimits.Section, typeof(VerifierLimits)), (SchedulingOptions.Section, typeof(SchedulingOptions)), (DecoderSettings.Section, typeof(DecoderSettings))));
        return problems.Count == 0 ? new(http, grpc, models) : throw new VerifierSettingsException(problems);
    }

    private static IPEndPoint Address(string name, string url, List<string> problems)
    {
        if (ListenAddress.Of(url) is { } address)
        {
            return address.EndPoint;
        }

        problems.Add($"--{name}: '{url}' must be one http address with localhost or a number for its host, such as http://127.0.0.1:7081, or http://0.0.0.0:8080 in a container.");
        return new(IPAddress.Loopback, 0);
    }
}
