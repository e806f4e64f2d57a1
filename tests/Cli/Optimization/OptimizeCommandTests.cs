using System.Text.Json;
using Understudy.Cli.Releases;
using Understudy.Inference.Ensembles;
using Understudy.Inference.Releases;
using Understudy.Inference.Signing;

namespace Understudy.Cli.Tests.Optimization;

public sealed class OptimizeCommandTests : IDisposable
{
    private readonly MoodModels _models = new();

    [Fact]
    public async Task Optimize_WordsThatDecideComeFirst_ShortensAndKeepsTheAnswers()
    {
        var run = await OptimizeAsync(Records(120, end: "and so on and on"), "--compression", "head:2", "--check", "20");

        Assert.Equal(0, run.ExitCode);
        var report = run.Json;
        Assert.Equal((240, 2), (report.GetProperty("records").GetInt32(), report.GetProperty("ways").GetArrayLength()));
        Assert.Equal(1, report.GetProperty("chosen").GetProperty("accuracy").GetDouble());
        Assert.Equal(0, report.GetProperty("test").GetProperty("losses").GetInt32());
        Assert.Equal(0, report.GetProperty("checkBroken").GetDouble());
        Assert.True(report.GetProperty("front").GetArrayLength() > 0);
        Assert.True(new FileInfo(report.GetProperty("plot").GetString()!).Length > 1000);
    }

    [Fact]
    public async Task Optimize_WordsThatDecideComeLast_DoesNotShorten()
    {
        var run = await OptimizeAsync(Records(120, begin: "let me say that it is"), "--compression", "head:2");

        var report = run.Json;
        Assert.Equal("none", report.GetProperty("chosen").GetProperty("compression").GetString());
        Assert.InRange(report.GetProperty("ways")[1].GetProperty("tierAccuracy").GetProperty("lead").GetDouble(), 0, 0.6);
        Assert.Equal(1, report.GetProperty("chosen").GetProperty("accuracy").GetDouble());
    }

    [Fact]
    public async Task Optimize_LeadBehindAnEndpoint_SaysWhomThePromiseIsAbout()
    {
        _models.Write("models/mood/task.json", """
            {"name":"mood","kind":"classification","labels":["happy","sad"],"guarantee":{"epsilon":0.05,"delta":0.1},
             "lead":{"protocol":"openai","endpoint":"http://127.0.0.1:1/v1","model":"big"} }
            """);

        var run = await OptimizeAsync(Records(120, end: "and so on"));

        Assert.Equal(0, run.ExitCode);
        Assert.StartsWith("It is about the release's own lead", run.Json.GetProperty("against").GetString());
    }

    [Fact]
    public async Task Optimize_Write_TheReleaseServesAsChosenAndIsSignedByTheKey()
    {
        var key = _models.At("key.pem");
        PemSigner.Create(key);
        var run = await OptimizeAsync(Records(120, end: "and so on"), "--compression", "head:1", "--write", "v7", "--key", key);

        Assert.Equal(0, run.ExitCode);
        var folder = _models.At("models/mood/v7");
        var manifest = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "release.json"))).RootElement;
        Assert.Equal(run.Json.GetProperty("chosen").GetProperty("compression").GetString(), manifest.GetProperty("compression").GetString());
        Assert.True(manifest.GetProperty("thresholds").GetProperty("certified").GetBoolean());
        Assert.Equal(240, (await File.ReadAllLinesAsync(Path.Combine(folder, "calibration.jsonl"))).Length);
        using var release = Release.Load(folder, ReleaseTrust.Of(PemSigner.Load(key).PublicPem));
        Assert.Equal(run.Json.GetProperty("chosen").GetProperty("thresholds").GetProperty("student").GetDouble(), release.Students[0].Threshold);
    }

    [Fact]
    public async Task Optimize_RecordsThatTheEnsembleWasFittedOn_AsksForOthers()
    {
        (string, string)[] mixed = [.. Enumerable.Range(0, 120).SelectMany(i => new[] { ("good", "happy"), ("bad", "sad"), i % 3 == 0 ? ("fine", "sad") : ("fine", "happy") })];
        var data = _models.WriteRecords("fitted.jsonl", mixed);
        Assert.Equal(0, (await _models.RunAsync("calibrate", "--task", "mood", "--release", "v1", "--data", data, "--write", "v2")).ExitCode);
        WithEnsemble("v2");

        string[] line = ["optimize", "--task", "mood", "--release", "v2", "--plot", _models.At("front.png"), "--compression", "head:2", "--data"];
        var same = await _models.RunAsync([.. line, data]);
        Assert.Equal(1, same.ExitCode);
        Assert.Contains("The ensemble of release 'v2' was fitted on these records", same.Error, StringComparison.Ordinal);
        Assert.Equal(0, (await _models.RunAsync([.. line, _models.WriteRecords("others.jsonl", [.. mixed.Reverse()])])).ExitCode);
    }

    [Theory]
    [InlineData("head:2", 1)]
    [InlineData("none", 0)]
    public async Task Optimize_WholeInputsAreBest_WritesNothingWhereTheTaskShortens(string compression, int exitCode)
    {
        _models.Write("models/mood/task.json", $$"""{"name":"mood","kind":"classification","labels":["happy","sad"],"guarantee":{"epsilon":0.05,"delta":0.1},"compression":"{{compression}}"}""");

        var run = await OptimizeAsync(Records(120, begin: "let me say that it is"), "--compression", "head:2", "--write", "v9");

        Assert.Equal(exitCode, run.ExitCode);
        Assert.Equal(exitCode == 1, run.Error.Contains("'compression': 'head:2'", StringComparison.Ordinal));
        Assert.Equal(exitCode == 0, Directory.Exists(_models.At("models/mood/v9")));
    }

    [Theory]
    [InlineData("head:1", 1)]
    [InlineData(null, 0.5)]
    public async Task Optimize_ReleaseThatShortens_IsMeasuredAgainstItsLeadOnWhatThatHasLearnedToRead(string? learned, double leadAccuracy)
    {
        _models.Write("models/mood/task.json", """{"name":"mood","kind":"classification","labels":["happy","sad"],"guarantee":{"epsilon":0.05,"delta":0.1},"compression":"head:1"}""");
        _models.WriteRelease("v5", learned: learned);
        var data = Records(120, end: "good");

        var report = (await _models.RunAsync("optimize", "--task", "mood", "--release", "v5", "--data", data, "--compression", "head:2", "--plot", _models.At("front.png"), "--json")).Json;

        string[] ways = learned is null ? ["none", "head:1", "head:2"] : ["head:1", "none", "head:2"];
        Assert.Equal(ways, report.GetProperty("ways").EnumerateArray().Select(way => way.GetProperty("compression").GetString()));
        Assert.Equal(leadAccuracy, report.GetProperty("leadAccuracy").GetDouble());
        Assert.NotEqual(JsonValueKind.Null, report.GetProperty("now").ValueKind);
    }

    [Fact]
    public async Task Optimize_TooFewRecords_WritesNothing()
    {
        var run = await OptimizeAsync(Records(10), "--write", "v8");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("Nothing is certified", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_models.At("models/mood/v8")));
    }

    [Fact]
    public async Task Optimize_UnknownWay_IsBadUsage()
    {
        var run = await OptimizeAsync(Records(10), "--compression", "zip");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("compression is 'zip'", run.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _models.Dispose();

    /// <summary>As if it had been fitted on what the release keeps.</summary>
    private void WithEnsemble(string version)
    {
        var folder = _models.At($"models/mood/{version}");
        var manifest = ReleaseFolder.ReadManifest(folder);
        File.Delete(Path.Combine(folder, ReleaseManifest.FileName));
        ReleaseWriter.Write(folder, manifest with { Ensemble = Ensemble.Average, EnsembleParameters = new() { Weights = [0.5, 0.5] } });
    }

    private Task<CliRun> OptimizeAsync(string data, params string[] more) =>
        _models.RunAsync(["optimize", "--task", "mood", "--release", "v1", "--data", data, "--plot", _models.At("front.png"), "--json", .. more]);

    private string Records(int each, string begin = "", string end = "") => _models.WriteRecords("records.jsonl", [.. Enumerable.Range(0, each).SelectMany(_ => new[]
    {
        ($"{begin} good {end}".Trim(), "happy"), ($"{begin} bad {end}".Trim(), "sad"),
    })]);
}
