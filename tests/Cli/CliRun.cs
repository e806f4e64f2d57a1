using System.Text.Json;
using Understudy.Cli.Shell;

namespace Understudy.Cli.Tests;

/// <summary>A command line that was run in process.</summary>
internal sealed record CliRun(int ExitCode, string Output, string Error)
{
    /// <summary>Standard output, which must be one JSON object and nothing else.</summary>
    public JsonElement Json
    {
        get
        {
            using var document = JsonDocument.Parse(Output);
            Assert.Equal(JsonValueKind.Object, document.RootElement.ValueKind);
            return document.RootElement.Clone();
        }
    }

    public static Task<CliRun> Of(params string[] args) => WithInput("", args);

    public static async Task<CliRun> WithInput(string input, params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await CommandLine.RunAsync(
            args, new Surroundings(() => new StringReader(input), output, error, InputIsTerminal: false, ErrorIsTerminal: false), TestContext.Current.CancellationToken);
        return new(code, output.ToString(), error.ToString());
    }
}
