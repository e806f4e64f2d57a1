using System.Text.Json;
using Understudy.Tests;

namespace Understudy.Cli.Tests.Optimization;

public sealed class OptimizeCallsTests
{
    [Fact]
    public async Task Optimize_TaskThatWrites_SearchesWhatGoesAheadAndWritesIt()
    {
        using var models = await CallModels.CreateAsync(CallModels.Always("Call"));
        var data = models.Write("requests.jsonl", string.Concat(Enumerable.Repeat("""{"text":"call anna","label":"Call","slots":"O O"}""" + "\n", 80)));

        var run = await models.RunAsync(
            "optimize", "--task", TestCalls.Task, "--data", data, "--epsilon", "0.05", "--delta", "0.1", "--write", "v2", "--plot", models.At("front.png"), "--json");

        Assert.True(run.ExitCode == 0, run.Error);
        var ways = run.Json.GetProperty("ways").EnumerateArray().ToList();
        Assert.Equal(["all", "none", "grammar+ngram", "grammar+ngram+cache"], ways.Select(way => way.GetProperty("speculation").GetString()));
        Assert.All(ways, way => Assert.Equal(1, way.GetProperty("tierAccuracy").GetProperty("lead").GetDouble())); // lossless
        Assert.Equal(1, run.Json.GetProperty("chosen").GetProperty("accuracy").GetDouble());
        var manifest = await File.ReadAllTextAsync(models.At("models/calls/v2/release.json"));
        Assert.Contains($"\"speculation\": \"{run.Json.GetProperty("chosen").GetProperty("speculation").GetString()}\"", manifest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Optimize_TaskThatWritesAndShortensInputs_AsksAboutWhatIsServedAndWritesIt()
    {
        using var models = await CallModels.CreateAsync(CallModels.Always("Call"));
        models.ShortenInputs();

        var run = await models.RunAsync(
            "optimize", "--task", TestCalls.Task, "--data", models.WriteLongRequests("requests.jsonl", 80), "--epsilon", "0.05", "--delta", "0.1", "--write", "v2", "--plot", models.At("front.png"), "--json");

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.All(run.Json.GetProperty("ways").EnumerateArray(), way =>
        {
            Assert.Equal("head:1", way.GetProperty("compression").GetString());
            Assert.InRange(way.GetProperty("kept").GetDouble(), 0, 0.1);
        });
        Assert.NotEqual(JsonValueKind.Null, run.Json.GetProperty("now").ValueKind);
        Assert.All(run.Json.GetProperty("chosen").GetProperty("thresholds").EnumerateObject(), threshold => Assert.True(threshold.Value.GetDouble() > 1e-3));
        Assert.Contains("\"compression\": \"head:1\"", await File.ReadAllTextAsync(models.At("models/calls/v2/release.json")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Optimize_TaskThatWritesAndCompression_IsBadUsage()
    {
        using var models = await CallModels.CreateAsync();

        var run = await models.RunAsync("optimize", "--task", TestCalls.Task, "--compression", "head:8");

        Assert.Equal(2, run.ExitCode);
    }
}
