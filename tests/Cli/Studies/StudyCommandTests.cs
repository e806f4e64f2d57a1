using System.Text.Json;

namespace Understudy.Cli.Tests.Studies;

public sealed class StudyCommandTests : IDisposable
{
    private readonly MoodModels _files = new();

    [Fact]
    public async Task Study_TwoKindsOfQuestion_MeasuresEveryVariantAndGoesOnFromThere()
    {
        _files.Write("banking77/train.jsonl", Questions(0, 60));
        _files.Write("banking77/test.jsonl", Questions(60, 20));
        string[] line = ["study", "soft-targets", "--data", Path.GetDirectoryName(_files.At("banking77"))!, "--epochs", "2", "--work", _files.At("work"), "--plot", _files.At("plot.png"), "--seeds"];

        var run = await CliRun.Of([.. line, "2", "--json"]);

        Assert.Equal(0, run.ExitCode);
        var report = run.Json;
        Assert.Equal(["labels alone", "smoothed labels", "soft targets", "soft targets of new inputs too", "labels of new inputs too"], report.GetProperty("variants").EnumerateArray().Select(v => v.GetProperty("name").GetString()!));
        Assert.All(report.GetProperty("variants").EnumerateArray(), v => Assert.Equal(2, v.GetProperty("scores").GetArrayLength()));
        Assert.InRange(report.GetProperty("facts").GetProperty("leadAccuracy").GetDouble(), 0.5, 1);
        Assert.True(report.GetProperty("facts").GetProperty("leadBytes").GetDouble() > 5 * Bytes(report));
        Assert.True(new FileInfo(_files.At("plot.png")).Length > 1000);
        Assert.Contains("soft targets, seed 18: accuracy", run.Error);

        var again = await CliRun.Of([.. line, "2", "--json"]);
        Assert.Equal(report.GetProperty("seconds").GetDouble(), again.Json.GetProperty("seconds").GetDouble());
        Assert.DoesNotContain("soft targets, seed 18: accuracy", again.Error);

        Assert.Contains("±", (await CliRun.Of([.. line, "2"])).Output);
        var once = await CliRun.Of([.. line, "1"]);
        Assert.Contains("of 1 seeds", once.Output);
        Assert.DoesNotContain("±", once.Output); // one seed says nothing of others
    }

    [Fact]
    public async Task Study_DataSetThatIsNotThere_SaysWhereToNameIt()
    {
        var run = await CliRun.Of("study", "soft-targets", "--data", _files.At("nothing"), "--work", _files.At("work"));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("UNDERSTUDY_DATA", run.Error);
    }

    [Theory]
    [InlineData("study")]
    [InlineData("study alchemy")]
    [InlineData("study soft-targets --seeds 0")]
    [InlineData("study soft-targets --epochs 0")]
    public async Task Study_BadUsage_SaysSo(string line)
    {
        var run = await CliRun.Of(line.Split(' '));
        Assert.Equal(2, run.ExitCode);
        Assert.NotEmpty(run.Error);
    }

    public void Dispose() => _files.Dispose();

    private static double Bytes(JsonElement report) => report.GetProperty("variants")[0].GetProperty("facts").GetProperty("bytes").GetDouble();

    private static string Questions(int from, int count) => string.Concat(Enumerable.Range(from, count).Select(i => JsonSerializer.Serialize(new
    {
        text = $"{(i % 2 == 0 ? "When will my card arrive" : "Why was my payment refused")} {(char)('a' + (i % 26))}{(char)('a' + (i / 26))}",
        label = i % 2 == 0 ? "arrival" : "refusal",
    }) + "\n"));
}
