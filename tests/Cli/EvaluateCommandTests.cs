using System.Text.Json;
using Understudy.Tests;

namespace Understudy.Cli.Tests;

public sealed class EvaluateCommandTests : IDisposable
{
    private readonly MoodModels _models = new();

    [Fact]
    public async Task Evaluate_LabelledRecords_MeasuresCascadeAndLead()
    {
        // The student answers 8 of 10, one of them wrongly (as would the lead); the lead answers the two "fine".
        var data = _models.WriteRecords("test.jsonl",
            ("good", "happy"), ("good", "happy"), ("good", "happy"), ("good", "sad"),
            ("bad", "sad"), ("bad", "sad"), ("bad", "sad"), ("bad", "sad"), ("fine", "happy"), ("fine", "happy"));
        var run = await _models.RunAsync("evaluate", "--task", "mood", "--data", data, "--release", "v1", "--json");
        Assert.Equal(0, run.ExitCode);
        var report = run.Json;
        Assert.Equal(10, report.GetProperty("records").GetInt32());
        Assert.Equal(0.9, report.GetProperty("accuracy").GetDouble(), 9);
        Assert.Equal(0.9, report.GetProperty("leadAccuracy").GetDouble(), 9);
        Assert.Equal(0.8, report.GetProperty("studentShare").GetDouble(), 9);

        // happy: 5 right of 5 true and 6 answered; sad: 4 right of 5 true and 4 answered.
        Assert.Equal(((10 / 11.0) + (8 / 9.0)) / 2, report.GetProperty("macroF1").GetDouble(), 9);
        Assert.InRange(report.GetProperty("ece").GetDouble(), 0.05, 0.2);
        Assert.True(report.GetProperty("costRatio").GetDouble() > 0);
        Assert.Equal(0, report.GetProperty("disagreements").GetInt32());
        var tiers = report.GetProperty("tiers");
        Assert.Equal(["student", "lead"], tiers.EnumerateArray().Select(t => t.GetProperty("name").GetString()!));
        Assert.Equal(0.8, tiers[0].GetProperty("share").GetDouble(), 9);
        Assert.Equal(7 / 8.0, tiers[0].GetProperty("accuracy").GetDouble(), 9);
        Assert.Equal(1, tiers[1].GetProperty("accuracy").GetDouble(), 9);
        Assert.All(tiers.EnumerateArray(), t => Assert.True(t.GetProperty("msPerItem").GetDouble() > 0));
        Assert.Equal(new FileInfo(_models.At("models/mood/v1/student.linear")).Length, tiers[0].GetProperty("bytes").GetInt64());
    }

    [Fact]
    public async Task Evaluate_Members_AreEachAskedAboutAll()
    {
        var data = _models.WriteRecords("test.jsonl", ("good", "happy"), ("good", "happy"), ("bad", "sad"), ("fine", "happy"), ("fine", "sad"));
        var report = (await _models.RunAsync("evaluate", "--task", "mood", "--data", data, "--release", "v1", "--json")).Json;
        Assert.Equal(("lead", 0.8), (report.GetProperty("bestMember").GetString(), report.GetProperty("bestMemberAccuracy").GetDouble()));
        Assert.Equal(0.8, report.GetProperty("verifiedAccuracy").GetDouble());

        // It keeps no calibration set, so no stack could be fitted.
        Assert.Equal(JsonValueKind.Null, report.GetProperty("stackAccuracy").ValueKind);
        Assert.Equal(JsonValueKind.Null, report.GetProperty("oosAuroc").ValueKind);
    }

    [Fact]
    public async Task Evaluate_LeadBehindAnEndpointIsAway_MeasuresNothingAndSaysWhy()
    {
        // With two examples nothing is promised, so that the student only stands in for the lead.
        Assert.Equal(0, (await _models.RunAsync("calibrate", "--task", "mood", "--release", "v1", "--data", _models.WriteEasyRecords("few.jsonl", 1), "--write", "v2")).ExitCode);
        _models.Write("models/mood/task.json", """
            {"name":"mood","kind":"classification","labels":["happy","sad"],"guarantee":{"epsilon":0.05,"delta":0.1},
             "lead":{"protocol":"openai","endpoint":"http://127.0.0.1:1/v1","model":"big","retries":0,"deadlineSeconds":5} }
            """);
        var data = _models.WriteRecords("test.jsonl", ("good", "happy"), ("bad", "sad"));

        var run = await _models.RunAsync("evaluate", "--task", "mood", "--data", data, "--release", "v2", "--json");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("big at http://127.0.0.1:1/v1", run.Error);
    }

    [Fact]
    public async Task Evaluate_LeadBehindAnEndpointDoesNotAnswerOne_LeavesThatOutAndAsksOnceAboutEach()
    {
        await using var lead = await FakeLead.StartAsync();
        (lead.Answer, lead.Alternative) = (prompt => prompt.Contains("odd", StringComparison.Ordinal) ? "neither" : prompt.Contains("bad", StringComparison.Ordinal) ? "sad" : "happy", "sad");
        _models.Write("models/mood/task.json", $$"""
            {"name":"mood","kind":"classification","labels":["happy","sad"],"guarantee":{"epsilon":0.05,"delta":0.1},
             "lead":{"protocol":"openai","endpoint":"{{lead.Endpoint}}","model":"big","retries":0} }
            """);
        var data = _models.WriteRecords("test.jsonl", ("good", "happy"), ("odd", "sad"), ("bad", "sad"), ("fine", "happy"), ("mere", "happy"));

        var run = await _models.RunAsync("evaluate", "--task", "mood", "--data", data, "--release", "v1", "--json");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal((4, 1.0, 1.0), (run.Json.GetProperty("records").GetInt32(), run.Json.GetProperty("accuracy").GetDouble(), run.Json.GetProperty("leadAccuracy").GetDouble()));
        Assert.Equal(["line-2"], run.Json.GetProperty("unanswered").EnumerateArray().Select(id => id.GetString()!));
        Assert.Equal((4, 6), (lead.Requests.Select(request => request.GetProperty("messages").ToString()).Where(text => !text.Contains("odd", StringComparison.Ordinal)).Distinct().Count(), lead.Asked));
    }

    [Fact]
    public async Task Evaluate_BudgetOfALeadBehindAnEndpointIsUsedUpMidway_MeasuresNothingAndSaysWhy()
    {
        // The budget pays for what the students pass on, which is asked about first; those that they answer would be missing.
        await using var lead = await FakeLead.StartAsync();
        (lead.Answer, lead.Alternative) = (_ => "happy", "sad");
        _models.Write("models/mood/task.json", $$"""
            {"name":"mood","kind":"classification","labels":["happy","sad"],"guarantee":{"epsilon":0.05,"delta":0.1},
             "lead":{"protocol":"openai","endpoint":"{{lead.Endpoint}}","model":"big","retries":0},"budget":{"perDay":0.55,"perCall":0.1} }
            """);
        var data = _models.WriteRecords("test.jsonl", [.. Enumerable.Range(0, 5).SelectMany(i => new[] { ("good", "happy"), ($"fine {i}", "happy") })]);

        var run = await _models.RunAsync("evaluate", "--task", "mood", "--data", data, "--release", "v1");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("budget", run.Error);
    }

    [Fact]
    public async Task Evaluate_TaskWithABudget_SpendsNothingOfIt()
    {
        _models.Write("models/mood/task.json", """
            {"name":"mood","kind":"classification","labels":["happy","sad"],"guarantee":{"epsilon":0.05,"delta":0.1},"budget":{"perDay":0.5,"perCall":0.1}}
            """);
        var data = _models.WriteEasyRecords("test.jsonl", 5);

        var run = await _models.RunAsync("evaluate", "--task", "mood", "--data", data, "--release", "v1", "--json");

        Assert.Equal((0, 10), (run.ExitCode, run.ExitCode == 0 ? run.Json.GetProperty("records").GetInt32() : 0));
    }

    [Theory]
    [InlineData(60)]
    [InlineData(3)]
    public async Task Evaluate_KeptExamplesCannotBeStackedOn_IsMeasuredWithoutAStack(int examples)
    {
        var kept = examples < 5 ? string.Join('\n', CalibrateCommandTests.Complementary().Split('\n').Take(examples)) : CalibrateCommandTests.FromLessons(examples);
        _models.WriteRelease("v2", kept);
        var run = await _models.RunAsync("evaluate", "--task", "mood", "--data", _models.WriteEasyRecords("test.jsonl", 5), "--release", "v2", "--json");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(1, run.Json.GetProperty("accuracy").GetDouble());
        Assert.Equal(JsonValueKind.Null, run.Json.GetProperty("stackAccuracy").ValueKind);
    }

    [Fact]
    public async Task Evaluate_ReleaseKeepsItsCalibrationSet_AStackIsFittedOnIt()
    {
        _models.WriteRelease("v2", CalibrateCommandTests.Complementary());
        var data = _models.WriteRecords("test.jsonl", ("good", "happy"), ("bad", "sad"), ("fine", "happy"));
        var report = (await _models.RunAsync("evaluate", "--task", "mood", "--data", data, "--release", "v2", "--json")).Json;
        Assert.Equal((1.0, "stack"), (report.GetProperty("stackAccuracy").GetDouble(), report.GetProperty("stackBy").GetString()));
        Assert.Contains("The stack, all tiers asked: 100.00%", (await _models.RunAsync("evaluate", "--task", "mood", "--data", data, "--release", "v2")).Output);
    }

    [Fact]
    public async Task Evaluate_OutOfScopeRecords_AreNoRecordsButMeasureDetection()
    {
        // The lead is sure of what it knows and knows nothing of the others, but of one it is as sure as of the rest.
        var data = _models.WriteRecords("test.jsonl", ("good", "happy"), ("bad", "sad"), ("weather", "oos"), ("taxes", "oos"), ("opera", "oos"), ("fine", "oos"));
        var run = await _models.RunAsync("evaluate", "--task", "mood", "--data", data, "--release", "v1", "--json");
        Assert.Equal((2, 4, 0), (run.Json.GetProperty("records").GetInt32(), run.Json.GetProperty("outOfScope").GetInt32(), run.Json.GetProperty("malformed").GetInt32()));
        Assert.InRange(run.Json.GetProperty("oosAuroc").GetDouble(), 0.75, 1);
        Assert.InRange(run.Json.GetProperty("oosEnergyAuroc").GetDouble(), 0.75, 1);
        Assert.Contains("4 records are out of scope", (await _models.RunAsync("evaluate", "--task", "mood", "--data", data, "--release", "v1")).Output);
    }

    [Fact]
    public async Task Evaluate_TierAnswersNothing_HasNoAccuracy()
    {
        var data = _models.WriteRecords("test.jsonl", ("good", "happy"), ("bad", "sad"));
        var tiers = (await _models.RunAsync("evaluate", "--task", "mood", "--data", data, "--release", "v1", "--json")).Json.GetProperty("tiers");
        Assert.Equal(0, tiers[1].GetProperty("share").GetDouble());
        Assert.Equal(JsonValueKind.Null, tiers[1].GetProperty("accuracy").ValueKind);
    }

    [Fact]
    public async Task Evaluate_LinesThatCannotBeUsed_AreCountedAndNamedByNumber()
    {
        var data = _models.Write("test.jsonl", """
            {"text":"good","label":"happy"}
            {"text":"good","label":"furious"}
            {"text":
            """);
        var run = await _models.RunAsync("evaluate", "--task", "mood", "--data", data, "--release", "v1", "--json");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(1, run.Json.GetProperty("records").GetInt32());
        Assert.Equal(2, run.Json.GetProperty("malformed").GetInt32());
        Assert.Contains("test.jsonl, line 2: label 'furious'", run.Error);
        Assert.Contains("test.jsonl, line 3: ", run.Error);
    }

    [Fact]
    public async Task Evaluate_ForAPerson_PrintsATable()
    {
        var data = _models.WriteRecords("test.jsonl", ("good", "happy"), ("fine", "happy"));
        var run = await _models.RunAsync("evaluate", "--task", "mood", "--data", data, "--release", "v1");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("student", run.Output);
        Assert.Contains("macro-F1", run.Output);
        Assert.Contains("The best member, lead, 100.00% when asked about all.", run.Output);
    }

    [Fact]
    public async Task Evaluate_EnsembleHasTheLastWord_PrintsWhatWouldBeWithoutIt()
    {
        _models.WriteRelease("v2", CalibrateCommandTests.Complementary());
        Assert.Equal(0, (await _models.RunAsync("calibrate", "--task", "mood", "--release", "v2", "--ensemble", "stack", "--write", "v3")).ExitCode);

        var run = await _models.RunAsync("evaluate", "--task", "mood", "--data", _models.WriteRecords("test.jsonl", ("good", "happy"), ("fine", "happy")), "--release", "v3");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("Before the stack has its say 100.00%; the best member, lead, 100.00% when asked about all.", run.Output);
    }

    [Fact]
    public async Task Evaluate_MissingFile_SaysWhich()
    {
        var run = await _models.RunAsync("evaluate", "--task", "mood", "--data", "gone.jsonl", "--release", "v1");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("There is no file 'gone.jsonl'", run.Error);
    }

    [Fact]
    public async Task Evaluate_NothingUsable_Fails()
    {
        var run = await _models.RunAsync("evaluate", "--task", "mood", "--data", _models.Write("test.jsonl", "nothing\n"), "--release", "v1");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("no record to evaluate on", run.Error);
    }

    [Fact]
    public async Task Evaluate_NoDataAndNoCorpus_AsksForData()
    {
        var run = await _models.RunAsync("evaluate", "--task", "mood", "--release", "v1");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("--data FILE", run.Error);
    }

    [Fact]
    public async Task Evaluate_NoStableRelease_SaysWhatToDo()
    {
        var run = await _models.RunAsync("evaluate", "--task", "mood", "--data", _models.WriteEasyRecords("test.jsonl", 1));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("no stable release", run.Error);
    }

    public void Dispose() => _models.Dispose();
}
