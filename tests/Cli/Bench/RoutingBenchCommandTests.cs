using System.Text.Json;

namespace Understudy.Cli.Tests.Bench;

public sealed class RoutingBenchCommandTests : IDisposable
{
    private readonly MoodModels _files = new();

    [Fact]
    public async Task Routing_PromptsThatTell_BeatsChance()
    {
        // The weak model fails on proofs and is right on sums; which is which, the words say.
        var run = await BenchAsync(Lines(200, i => i % 2 == 0 ? ("Prove that the sequence converges", false, true) : ("Add these two small numbers", true, true)));
        Assert.Equal(0, run.ExitCode);
        var report = run.Json;
        Assert.Equal(200, report.GetProperty("records").GetInt32());
        Assert.Equal(("cheap", "dear"), (report.GetProperty("weak").GetString(), report.GetProperty("strong").GetString()));
        Assert.Equal(0.5, report.GetProperty("weakAccuracy").GetDouble());
        Assert.Equal(0.75, report.GetProperty("apgr").GetDouble(), 0.01);
        Assert.Equal(0.25, report.GetProperty("cpt50").GetDouble(), 0.01);
        Assert.Equal(0.4, report.GetProperty("cpt80").GetDouble(), 0.01);
        Assert.Equal(0.5, report.GetProperty("randomApgr").GetDouble(), 0.02);
        Assert.True(new FileInfo(report.GetProperty("plot").GetString()!).Length > 1000);
    }

    [Fact]
    public async Task Routing_BetterModelNamedFirst_IsTheStrongOne()
    {
        var report = (await BenchAsync(Lines(40, i => ($"Question {i}", true, i % 3 == 0)))).Json;
        Assert.Equal(("dear", "cheap"), (report.GetProperty("weak").GetString(), report.GetProperty("strong").GetString()));
    }

    [Fact]
    public async Task Routing_LinesThatCannotBeUsed_AreNamedAndCounted()
    {
        var run = await BenchAsync(Lines(20, i => ($"Question {i}", i % 2 == 0, true)) + "{\"prompt\":\"?\",\"cheap_correct\":1,\"dear_correct\":true}\n{\n");
        Assert.Equal(2, run.Json.GetProperty("malformed").GetInt32());
        Assert.Contains("line 21: it has no field 'cheap_correct' that is true or false", run.Error);
        Assert.Contains("line 22: it is not a JSON object", run.Error);
    }

    [Fact]
    public async Task Routing_NoGap_SaysSo()
    {
        var run = await BenchAsync(Lines(20, i => ($"Question {i}", true, true)));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("no gap", run.Error);
        Assert.DoesNotContain("inside Understudy", run.Error);
    }

    [Fact]
    public async Task Routing_OneModel_SaysWhatIsNeeded()
    {
        var run = await BenchAsync("""{"prompt":"?","cheap_correct":true}""");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("two are needed", run.Error);
    }

    public void Dispose() => _files.Dispose();

    private static string Lines(int count, Func<int, (string Prompt, bool Cheap, bool Dear)> record) => string.Concat(Enumerable.Range(0, count).Select(record).Select((r, i) =>
        JsonSerializer.Serialize(new { prompt = $"{r.Prompt} ({i})", cheap_correct = r.Cheap, dear_correct = r.Dear }) + "\n"));

    private Task<CliRun> BenchAsync(string lines) =>
        CliRun.Of("bench", "routing", "--data", _files.Write("routed.jsonl", lines), "--plot", _files.At("plot.png"), "--json");
}
