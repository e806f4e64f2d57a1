using System.Text.Json;

namespace Understudy.Cli.Tests.Bench;

public sealed class CascadeBenchCommandTests : IDisposable
{
    private readonly MoodModels _files = new();

    [Fact]
    public async Task Cascade_ThreeTiers_KeepsTheGuaranteeAndCostsLess()
    {
        var run = await BenchAsync(RecordedAnswers.Lines(300, seed: 1), "--price", "small=0.2/0.2", "--price", "middle=2/2", "--price", "large=30/60");
        Assert.Equal(0, run.ExitCode);
        var report = run.Json;
        Assert.Equal(300, report.GetProperty("records").GetInt32());
        Assert.Equal(["small", "middle", "large"], report.GetProperty("tiers").EnumerateArray().Select(t => t.GetProperty("name").GetString()!));
        Assert.True(report.GetProperty("certified").GetBoolean());
        Assert.True(report.GetProperty("meetsGuarantee").GetBoolean());
        Assert.InRange(report.GetProperty("risk").GetDouble(), 0, 0.05);
        Assert.InRange(report.GetProperty("costRatio").GetDouble(), 0.01, 0.8);
        Assert.InRange(report.GetProperty("costAtEqualAccuracy").GetDouble(), 0.01, 0.8);
        Assert.True(report.GetProperty("check").GetProperty("passed").GetBoolean());
        Assert.Equal(1, report.GetProperty("tiers").EnumerateArray().Sum(t => t.GetProperty("share").GetDouble()), 9);
        Assert.True(new FileInfo(report.GetProperty("plot").GetString()!).Length > 1000);
    }

    [Fact]
    public async Task Cascade_TooFewQuestions_PromisesNothingAndAsksTheLead()
    {
        var report = (await BenchAsync(RecordedAnswers.Lines(20, seed: 2))).Json;
        Assert.False(report.GetProperty("certified").GetBoolean());
        Assert.All(report.GetProperty("thresholds").EnumerateObject(), t => Assert.True(t.Value.GetDouble() > 1));
        Assert.Equal(1, report.GetProperty("costRatio").GetDouble(), 9);
        Assert.True(report.GetProperty("recordsNeeded").GetInt32() > 20);
    }

    [Fact]
    public async Task Cascade_QuestionsThatLackAModel_AreLeftOutAndCounted()
    {
        var lines = RecordedAnswers.Lines(40, seed: 3).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines[0] = lines[0].Replace("\"middle\"", "\"other\"", StringComparison.Ordinal).Replace("\"small\"", "\"other2\"", StringComparison.Ordinal);
        lines[1] = "{}";
        var run = await BenchAsync(string.Join('\n', lines[2..].Append(lines[1])));
        Assert.Equal(38, run.Json.GetProperty("records").GetInt32());
        Assert.Equal(1, run.Json.GetProperty("malformed").GetInt32());
        Assert.Contains("line 39: it has no field 'question'", run.Error);

        var without = JsonSerializer.Serialize(new { question = "?", answer = 7, models = new { large = new { a = new { samples = new[] { 7 } } } } });
        Assert.Equal(1, (await BenchAsync(string.Join('\n', lines[2..].Append(without)))).Json.GetProperty("incomplete").GetInt32());
    }

    [Fact]
    public async Task Cascade_UnknownPrices_AreAssumedAndSaidToBe()
    {
        var report = (await BenchAsync(RecordedAnswers.Lines(30, seed: 4))).Json;
        Assert.All(report.GetProperty("tiers").EnumerateArray(), t => Assert.True(t.GetProperty("priceAssumed").GetBoolean()));
    }

    [Theory]
    [InlineData("small")]
    [InlineData("small=1")]
    [InlineData("small=0/1")]
    public async Task Cascade_PriceThatIsNone_IsBadUsage(string price)
    {
        var run = await BenchAsync(RecordedAnswers.Lines(20, seed: 5), "--price", price);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("MODEL=INPUT/OUTPUT", run.Error);
    }

    [Theory]
    [InlineData("smal=1/1", "'smal': there is no such model in the file, which has small, middle, large")]
    [InlineData("small=1/1", "'small' is given twice")]
    public async Task Cascade_PriceOfAModelThatIsNotThereOrHasOne_IsBadUsage(string price, string said)
    {
        var run = await BenchAsync(RecordedAnswers.Lines(20, seed: 5), "--price", "small=2/2", "--price", price);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(said, run.Error);
    }

    [Fact]
    public async Task Cascade_NothingUsable_SaysWhy()
    {
        var run = await BenchAsync("""{"question": "?"}""");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("field 'models'", run.Error);
        Assert.Equal(1, (await CliRun.Of("bench", "cascade", "--data", "gone.jsonl")).ExitCode);
    }

    public void Dispose() => _files.Dispose();

    private Task<CliRun> BenchAsync(string lines, params string[] options) =>
        CliRun.Of(["bench", "cascade", "--data", _files.Write("recorded.jsonl", lines), "--plot", _files.At("plot.png"), "--json", .. options]);
}
