using System.Text.Json;
using System.Text.RegularExpressions;

namespace Understudy.Cli.Tests;

/// <summary>What the README shows a newcomer.</summary>
public sealed partial class ReadmeTests : IDisposable
{
    private static readonly string Text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "README.md"));

    private readonly MoodModels _models = new();

    [Fact]
    public async Task FirstRequest_AtTheShippedRelease_IsAnsweredRightByAStudent()
    {
        using var body = JsonDocument.Parse(Request().Match(Text).Groups[1].Value);

        var run = await CliRun.Of("infer", "--task", "mail-triage", body.RootElement.GetProperty("input").GetString()!, "--json");

        Assert.Equal("personal", run.Json.GetProperty("label").GetString());
        Assert.NotEqual("lead", run.Json.GetProperty("receipt").GetProperty("answeredBy").GetString());
    }

    [Fact]
    public async Task FragmentsOfTaskJson_InATaskWithThatLead_AreValid()
    {
        var fragments = Fragment().Matches(Text).Select(match => match.Value.Trim('`', '\n')).Distinct().ToList();
        Assert.True(fragments.Count >= 4, string.Join('\n', fragments)); // or they are not found
        var lead = fragments.Single(fragment => fragment.StartsWith("\"lead\"", StringComparison.Ordinal));
        foreach (var fragment in fragments)
        {
            var fields = fragment == lead ? lead : $"{lead}, {fragment}";
            _models.Write("models/mood/task.json", $$"""{"name":"mood","kind":"classification","labels":["happy","sad"],{{fields}}}""");

            var run = await _models.RunAsync("task", "show", "mood");

            Assert.True(run.ExitCode == 0, $"{fragment}: {run.Error}");
        }
    }

    public void Dispose() => _models.Dispose();

    [GeneratedRegex("""/mail-triage/infer.*?-d '(\{.*?\})'""", RegexOptions.Singleline)]
    private static partial Regex Request();

    /// <summary>A field of a task by itself, in a block or in a line.</summary>
    [GeneratedRegex("""[`\n]"(lead|budget|lessons|audit)": \{[^`\n]*[`\n]""")]
    private static partial Regex Fragment();
}
