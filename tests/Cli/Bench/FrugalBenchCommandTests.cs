namespace Understudy.Cli.Tests.Bench;

public sealed class FrugalBenchCommandTests : IDisposable
{
    private const string Header = ",Test_acc,Test_cost,Test_size,Train_acc,Train_cost,Train_size,Budget,Method,Provider,Marker\n";

    private readonly MoodModels _files = new();

    [Fact]
    public async Task Frugal_StudentThatLearns_IsDrawnOverThePublishedPoints()
    {
        var run = await BenchAsync(Header + "0,0.85,0.0001,5000,0.86,0.0001,5000,0.001,FrugalGPT,FrugalGPT,1\n1,0.9,0.002,5000,0.9,0.002,5000,0.01,FrugalGPT,FrugalGPT,1\n0,0.8,0.001,5000,0.8,0.001,5000,10,big,maker,1\n");

        Assert.Equal(0, run.ExitCode);
        var report = run.Json;
        Assert.Equal((1.0, 60, 100), (report.GetProperty("accuracy").GetDouble(), report.GetProperty("records").GetInt32(), report.GetProperty("trainingRecords").GetInt32()));
        Assert.Equal((0.9, 0.85), (report.GetProperty("frugalBest").GetProperty("accuracy").GetDouble(), report.GetProperty("frugalCheapest").GetProperty("accuracy").GetDouble()));
        var curve = report.GetProperty("curve").EnumerateArray().ToList();
        Assert.Equal((0.0, 1.0), (curve[0].GetProperty("deferred").GetDouble(), curve[0].GetProperty("accuracyAtLeast").GetDouble()));
        Assert.Equal((1.0, 0.8), (curve[^1].GetProperty("deferred").GetDouble(), curve[^1].GetProperty("accuracyAtLeast").GetDouble()));
        Assert.All(curve, point => Assert.True(point.GetProperty("accuracyAtLeast").GetDouble() <= point.GetProperty("accuracyIfAlike").GetDouble() + 1e-12));
        Assert.True(new FileInfo(report.GetProperty("plot").GetString()!).Length > 1000);
    }

    [Theory]
    [InlineData("Test_acc,Method\n0.8,FrugalGPT\n", "lacks the columns")]
    [InlineData(Header + "0,high,0.1,1,1,1,1,1,FrugalGPT,F,1\n", "line 2")]
    [InlineData(Header + "0,0.8,0.1,1,1,1,1,1,big,F,1\n", "no row whose Method is FrugalGPT")]
    [InlineData(Header + "0,0.8,0.1,1,1,1,1,1,FrugalGPT,F,1\n", "no model 'big'")]
    public async Task Frugal_SummaryOfAnotherKind_SaysWhatItLacks(string summary, string reason)
    {
        var run = await BenchAsync(summary);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains(reason, run.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _files.Dispose();

    private Task<CliRun> BenchAsync(string summary) => CliRun.Of(
        "bench", "frugal", "--train", _files.WriteEasyRecords("train.jsonl", 50), "--data", _files.WriteEasyRecords("test.jsonl", 30), "--published", _files.Write("summary.csv", summary),
        "--model", "big", "--plot", _files.At("frugal.png"), "--json");
}
