using Understudy.Cli.Releases;

namespace Understudy.Cli.Tests;

public sealed class CalibrateCommandTests : IDisposable
{
    private readonly MoodModels _models = new();

    [Fact]
    public async Task Calibrate_EnoughRecords_Promises()
    {
        var run = await _models.RunAsync("calibrate", "--task", "mood", "--release", "v1", "--data", _models.WriteEasyRecords("dev.jsonl", 100), "--json");
        Assert.Equal(0, run.ExitCode);
        var report = run.Json.GetProperty("report");
        Assert.True(report.GetProperty("certified").GetBoolean());
        Assert.Equal(200, report.GetProperty("examples").GetInt32());
        Assert.Equal(1, report.GetProperty("studentShare").GetDouble());
        Assert.InRange(run.Json.GetProperty("thresholds").GetProperty("student").GetDouble(), 0.5, 1);
    }

    [Fact]
    public async Task Calibrate_TooFewRecords_DefersAllAndSaysHowManyAreNeeded()
    {
        string[] line = ["calibrate", "--task", "mood", "--release", "v1", "--data", _models.WriteEasyRecords("dev.jsonl", 5)];
        var run = await _models.RunAsync([.. line, "--json"]);
        Assert.False(run.Json.GetProperty("report").GetProperty("certified").GetBoolean());
        Assert.True(run.Json.GetProperty("thresholds").GetProperty("student").GetDouble() > 1);

        // 0.95^n ≤ 0.1 from n = 45 on.
        Assert.Equal(45, run.Json.GetProperty("report").GetProperty("examplesNeeded").GetInt32());
        Assert.Contains("about 45 calibration examples are needed; there are 10", (await _models.RunAsync(line)).Output);
    }

    [Fact]
    public async Task Calibrate_Check_PrintsShareAndTolerance()
    {
        var run = await _models.RunAsync(
            "calibrate", "--task", "mood", "--release", "v1", "--data", _models.WriteEasyRecords("dev.jsonl", 50), "--check", "--resplits", "60", "--json");
        Assert.Equal(0, run.ExitCode);
        var check = run.Json.GetProperty("check");
        Assert.Equal(60, check.GetProperty("repetitions").GetInt32());
        Assert.True(check.GetProperty("passed").GetBoolean());
        Assert.Equal(0, check.GetProperty("violationShare").GetDouble());
        Assert.InRange(check.GetProperty("allowedShare").GetDouble(), 0.1, 0.3);
    }

    [Fact]
    public async Task Calibrate_FileThatTrainingKept_IsReadInsteadOfAskingModels()
    {
        // A student that is sure and wrong where the lead is right: never to be trusted.
        var wrong = """{"id":"a","label":0,"logits":{"student":[-5,5],"lead":[5,-5]}}""";
        _models.WriteRelease("v2", string.Concat(Enumerable.Repeat(wrong + "\n", 100)));
        var run = await _models.RunAsync("calibrate", "--task", "mood", "--release", "v2", "--json");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(100, run.Json.GetProperty("report").GetProperty("examples").GetInt32());
        Assert.False(run.Json.GetProperty("report").GetProperty("certified").GetBoolean());
    }

    [Theory]
    [InlineData("""{"id":"a","label":2,"logits":{"student":[-5,5],"lead":[5,-5]}}""")]
    [InlineData("""{"id":"a","label":0,"logits":{"lead":[-5,5]}}""")]
    [InlineData("""{"id":"a","label":0,"logits":{"student":[-5],"lead":[5,-5]}}""")]
    [InlineData("""{"id":"a","label":0}""")]
    [InlineData("""not JSON""")]
    public async Task Calibrate_KeptLineDoesNotFit_NamesIt(string line)
    {
        _models.WriteRelease("v2", line);
        var run = await _models.RunAsync("calibrate", "--task", "mood", "--release", "v2");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("calibration.jsonl, line 1: it does not fit the release", run.Error);
    }

    /// <summary>As in a release from lessons: the right labels are the lead's own answers.</summary>
    [Fact]
    public async Task Calibrate_KeptWithoutTheLead_TakesTheLabelsAsItsAnswers()
    {
        _models.WriteRelease("v2", FromLessons(60));
        var run = await _models.RunAsync("calibrate", "--task", "mood", "--release", "v2", "--json");
        Assert.Equal(0, run.ExitCode);
        Assert.True(run.Json.GetProperty("report").GetProperty("certified").GetBoolean());
        Assert.Equal(1, run.Json.GetProperty("report").GetProperty("studentShare").GetDouble());

        run = await _models.RunAsync("calibrate", "--task", "mood", "--release", "v2", "--ensemble", "average");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("are its lead's own answers", run.Error);
    }

    [Fact]
    public async Task Calibrate_NothingKept_AsksForData()
    {
        var run = await _models.RunAsync("calibrate", "--task", "mood", "--release", "v1");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("--data FILE", run.Error);
    }

    [Fact]
    public async Task Calibrate_TaskShortensInputsThatTheReleaseReadWhole_AsksForDataAndKeepsHowThatIsRead()
    {
        _models.WriteRelease("v2", Complementary());
        _models.Write("models/mood/task.json", """{"name":"mood","kind":"classification","labels":["happy","sad"],"guarantee":{"epsilon":0.05,"delta":0.1},"compression":"head:1"}""");

        var run = await _models.RunAsync("calibrate", "--task", "mood", "--release", "v2", "--write", "v3");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("'head:1'", run.Error);
        Assert.Contains("--data FILE", run.Error);
        Assert.False(Directory.Exists(_models.At("models/mood/v3")));

        // Read whole, the student would say "bad" of them all.
        var data = _models.WriteRecords("dev.jsonl", [.. Enumerable.Repeat(("good bad bad bad", "happy"), 60), .. Enumerable.Repeat(("bad", "sad"), 60)]);
        Assert.Equal(0, (await _models.RunAsync("calibrate", "--task", "mood", "--release", "v2", "--data", data, "--write", "v3")).ExitCode);
        Assert.Equal("head:1", ReleaseFolder.ReadManifest(_models.At("models/mood/v3")).Compression);
        run = await _models.RunAsync("calibrate", "--task", "mood", "--release", "v3", "--json");
        Assert.Equal(1, run.Json.GetProperty("report").GetProperty("studentShare").GetDouble());
    }

    /// <summary>A prompt that is not read to its end is answered without confidence.</summary>
    [Fact]
    public async Task Calibrate_TaskThatWritesAndShortensInputs_AsksAboutWhatIsServed()
    {
        using var models = await CallModels.CreateAsync(CallModels.Always("Call"));
        models.ShortenInputs();

        var data = models.Write("mixed.jsonl", File.ReadAllText(models.WriteLongRequests("calls.jsonl", 40)) + File.ReadAllText(models.WriteLongRequests("texts.jsonl", 40, word: "text")));

        var run = await models.RunAsync("calibrate", "--task", "calls", "--data", data, "--write", "v2", "--json");

        // Each of the two words has a confidence of its own, so that it tells the right answers from the wrong ones, or the other way round.
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(0.5, Math.Abs(run.Json.GetProperty("auroc").GetProperty("draft").GetDouble() - 0.5), 9);
        Assert.Equal("head:1", ReleaseFolder.ReadManifest(models.At("models/calls/v2")).Compression);
    }

    [Fact]
    public async Task Calibrate_NoLineOfTheDataCanBeUsed_SaysSoAndWritesNothing()
    {
        var data = _models.WriteRecords("dev.jsonl", ("good", "merry"), ("bad", "grim"));

        var run = await _models.RunAsync("calibrate", "--task", "mood", "--release", "v1", "--data", data, "--write", "v2");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("There is no record to calibrate on: 2 lines were read and none can be used.", run.Error);
        Assert.False(Directory.Exists(_models.At("models/mood/v2")));
    }

    [Fact]
    public async Task Calibrate_Write_MakesAReleaseThatServesWithTheNewThresholds()
    {
        var data = _models.WriteEasyRecords("dev.jsonl", 5);
        Assert.Equal(0, (await _models.RunAsync("calibrate", "--task", "mood", "--release", "v1", "--data", data, "--write", "v2")).ExitCode);
        Assert.Equal(0, (await _models.RunAsync("release", "verify", "--task", "mood", "v2")).ExitCode);
        var written = ReleaseFolder.ReadManifest(_models.At("models/mood/v2"));
        Assert.Equal("v2", written.Version);
        Assert.False(written.Thresholds.Certified);
        Assert.Equal(0.75, written.Metrics["student"]!["testAccuracy"]!.GetValue<double>()); // its models are the same
        Assert.Equal($"understudy calibrate --task mood --release v1 --data {data} --write v2", written.Recipe);
        var again = (await _models.RunAsync("calibrate", "--task", "mood", "--release", "v2", "--json")).Json; // on what it was calibrated on
        Assert.Equal(10, again.GetProperty("report").GetProperty("examples").GetInt32());
        var answer = (await _models.RunAsync("infer", "--task", "mood", "--release", "v2", "good", "--json")).Json;
        Assert.Equal("lead", answer.GetProperty("receipt").GetProperty("answeredBy").GetString());
    }

    [Theory]
    [InlineData("student.linear")]
    [InlineData("calibration.jsonl")]
    public async Task Calibrate_WriteFromAReleaseThatWasChanged_SignsNothing(string file)
    {
        _models.WriteRelease("v2", Complementary());
        var path = _models.At($"models/mood/v2/{file}");
        var bytes = File.ReadAllBytes(path);
        bytes[^3] ^= 1;
        File.WriteAllBytes(path, bytes);

        var run = await _models.RunAsync("calibrate", "--task", "mood", "--release", "v2", "--write", "v3");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains(file, run.Error);
        Assert.Contains("sha256", run.Error);
        Assert.False(Directory.Exists(_models.At("models/mood/v3")));
    }

    [Theory]
    [InlineData("stack", "stack")]
    [InlineData("average", "average")]
    public async Task Calibrate_EnsembleThatPays_IsWrittenAndServes(string name, string chosen)
    {
        _models.WriteRelease("v2", Complementary());
        var run = await _models.RunAsync("calibrate", "--task", "mood", "--release", "v2", "--ensemble", name, "--write", "v3", "--json");
        Assert.Equal(0, run.ExitCode);
        var ensemble = run.Json.GetProperty("ensemble");
        Assert.Equal((name, chosen, false), (ensemble.GetProperty("asked").GetString(), ensemble.GetProperty("chosen").GetString(), ensemble.GetProperty("fellBack").GetBoolean()));
        Assert.True(ensemble.GetProperty("accuracy").GetDouble() > ensemble.GetProperty("bestMemberAccuracy").GetDouble());
        Assert.Equal(0, (await _models.RunAsync("release", "verify", "--task", "mood", "v3")).ExitCode);
        var written = ReleaseFolder.ReadManifest(_models.At("models/mood/v3"));
        Assert.Equal(chosen, written.Ensemble);
        Assert.Equal(2, written.EnsembleParameters!.Weights.Count);
        Assert.Contains($"--ensemble {name}", written.Recipe);
        var answer = (await _models.RunAsync("infer", "--task", "mood", "--release", "v3", "fine", "--json")).Json;
        Assert.Contains(answer.GetProperty("receipt").GetProperty("stages").EnumerateArray(), s => s.GetProperty("name").GetString() == "stack");

        // Calibrated again without a name, it keeps its policy.
        run = await _models.RunAsync("calibrate", "--task", "mood", "--release", "v3", "--json");
        Assert.Equal(name, run.Json.GetProperty("ensemble").GetProperty("asked").GetString());
    }

    [Fact]
    public async Task Calibrate_EnsembleWithoutGain_SaysSoAndLeavesTheLastWordToTheLead()
    {
        var data = _models.WriteEasyRecords("dev.jsonl", 50);
        var run = await _models.RunAsync("calibrate", "--task", "mood", "--release", "v1", "--data", data, "--ensemble", "stack", "--write", "v2");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("No gain: lead alone has the last word", run.Output);
        Assert.Equal("last", ReleaseFolder.ReadManifest(_models.At("models/mood/v2")).Ensemble);
    }

    [Fact]
    public async Task Calibrate_UnknownEnsemble_IsBadUsage()
    {
        var run = await _models.RunAsync("calibrate", "--task", "mood", "--release", "v1", "--ensemble", "boost");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("boost", run.Error);
    }

    [Fact]
    public async Task Calibrate_EnsembleOnTooFewRecords_SaysHowManyAreNeeded()
    {
        var run = await _models.RunAsync("calibrate", "--task", "mood", "--release", "v1", "--data", _models.WriteEasyRecords("dev.jsonl", 2), "--ensemble", "stack");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("at least 5", run.Error);
    }

    /// <summary>Each tier is sure and right on its own three quarters of the examples, unsure and wrong on the rest; never both wrong.</summary>
    internal static string Complementary() => string.Concat(Enumerable.Range(0, 200).Select(i =>
    {
        string Logits(bool right, int label) => (right, label) switch { (true, 0) => "[2,-2]", (true, _) => "[-2,2]", (false, 0) => "[-0.3,0.3]", _ => "[0.3,-0.3]" };
        return $$$"""{"id":"{{{i}}}","label":{{{i % 2}}},"logits":{"student":{{{Logits(i % 8 is not (0 or 3), i % 2)}}},"lead":{{{Logits(i % 8 is not (1 or 6), i % 2)}}} } }""" + "\n";
    }));

    [Theory]
    [InlineData("v1", 1)]
    [InlineData("../v9", 2)]
    [InlineData("", 2)]
    [InlineData("a b", 1)]
    public async Task Calibrate_WriteWhereItCannot_LeavesNothing(string version, int code)
    {
        var before = Directory.GetDirectories(_models.At("models"), "*", SearchOption.AllDirectories);
        var data = _models.WriteEasyRecords("dev.jsonl", 5);
        Assert.Equal(code, (await _models.RunAsync("calibrate", "--task", "mood", "--release", "v1", "--data", data, "--write", version)).ExitCode);
        Assert.Equal(before, Directory.GetDirectories(_models.At("models"), "*", SearchOption.AllDirectories));
    }

    internal static string FromLessons(int examples) => string.Concat(Enumerable.Range(0, examples).Select(i => i % 2 == 0
        ? """{"id":"a","label":0,"logits":{"student":[5,-5]}}""" + "\n"
        : """{"id":"b","label":1,"logits":{"student":[-5,5]}}""" + "\n"));

    public void Dispose() => _models.Dispose();
}
