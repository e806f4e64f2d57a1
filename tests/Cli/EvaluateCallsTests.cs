using System.Text.Json;

namespace Understudy.Cli.Tests;

public sealed class EvaluateCallsTests
{
    /// <summary>Three of them are Call without slots.</summary>
    private const string Records = """
        {"text":"call","label":"Call","slots":"O"}
        {"text":"call anna","label":"Call","slots":"O B-person"}
        {"text":"please call","label":"Call","slots":"O O"}
        {"text":"call now","label":"Call","slots":"O O"}
        {"text":"text now","label":"Text","slots":"O O"}
        """;

    [Fact]
    public async Task Evaluate_ModelsThatWriteOneCall_CountsTheRecordsItIsRightFor()
    {
        using var models = await CallModels.CreateAsync(CallModels.Always("Call"));
        var run = await EvaluateAsync(models, Records);
        Assert.Equal(0, run.ExitCode);
        var report = run.Json;
        Assert.Equal(5, report.GetProperty("records").GetInt32());
        Assert.Equal(0.6, report.GetProperty("exactMatch").GetDouble(), 9);
        Assert.Equal(0.8, report.GetProperty("intentAccuracy").GetDouble(), 9);
        Assert.Equal(1, report.GetProperty("validJson").GetDouble());
        Assert.Equal(0.6, report.GetProperty("draftExactMatch").GetDouble(), 9);
        Assert.Equal(0, report.GetProperty("unanswered").GetInt32());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Evaluate_TaskShortensInputs_AsksAboutWhatIsServed(bool hasCompletions)
    {
        using var models = await CallModels.CreateAsync(CallModels.Always("Call"));
        models.ShortenInputs();
        var data = models.WriteLongRequests("test.jsonl", 3, hasCompletions);

        var report = (await models.RunAsync("evaluate", "--task", "calls", "--data", data, "--json")).Json;

        Assert.Equal((3, 0, 1), (report.GetProperty("records").GetInt32(), report.GetProperty("unanswered").GetInt32(), report.GetProperty("exactMatch").GetDouble()));
    }

    [Fact]
    public async Task Evaluate_AnySchema_SpeculationChangesNoToken()
    {
        using var models = await CallModels.CreateAsync();
        var report = (await EvaluateAsync(models, Records)).Json;
        Assert.Equal(1, report.GetProperty("identical").GetDouble());
        Assert.Equal(1, report.GetProperty("validJson").GetDouble());
        Assert.Equal("grammar + ngram + cache + draft tree", report.GetProperty("ahead").GetString());
        Assert.All(["tokensPerSecond", "plainTokensPerSecond", "speedup"], name => Assert.True(report.GetProperty(name).GetDouble() > 0, name));
        Assert.Equal(
            report.GetProperty("tokensPerSecond").GetDouble() / report.GetProperty("plainTokensPerSecond").GetDouble(), report.GetProperty("speedup").GetDouble(), 6);
        var proposers = report.GetProperty("proposers").EnumerateArray().ToList();
        Assert.Equal(["grammar", "ngram", "cache", "draft"], proposers.Select(proposer => proposer.GetProperty("name").GetString()!));
        Assert.All(proposers, proposer => Assert.InRange(proposer.GetProperty("acceptedLength").GetDouble(), 1, 16));
    }

    [Fact]
    public async Task Evaluate_CallsThatRepeat_AreTakenFromTheCache()
    {
        using var models = await CallModels.CreateAsync(CallModels.Always("Call"));
        var cache = (await EvaluateAsync(models, Records)).Json.GetProperty("proposers")[2];

        // Nothing is known of the first answer; the other four are known to their end.
        Assert.InRange(cache.GetProperty("acceptedLength").GetDouble(), 2, 5);
    }

    [Fact]
    public async Task Evaluate_IntentThatTheTaskLacks_IsNotValid()
    {
        using var models = await CallModels.CreateAsync(CallModels.Always("Sing"));
        var report = (await EvaluateAsync(models, Records)).Json;
        Assert.Equal(0, report.GetProperty("validJson").GetDouble());
        Assert.Equal(0, report.GetProperty("exactMatch").GetDouble());
    }

    [Fact]
    public async Task Evaluate_TaskWithoutSchema_MeasuresWhateverIsWritten()
    {
        using var models = await CallModels.CreateAsync(schema: null, draft: false);
        var report = (await EvaluateAsync(models, Records)).Json;
        Assert.Equal(0, report.GetProperty("validJson").GetDouble());
        Assert.Equal(1, report.GetProperty("identical").GetDouble());
        Assert.Equal(JsonValueKind.Null, report.GetProperty("draftExactMatch").ValueKind);
    }

    [Fact]
    public async Task Evaluate_RequestThatFillsTheModel_CountsAsWrong()
    {
        using var models = await CallModels.CreateAsync(CallModels.Always("Call"));
        var report = (await EvaluateAsync(models, $$"""
            {"text":"call","label":"Call","slots":"O"}
            {"text":"{{new string('x', CallModels.LeadMaxTokens)}}","label":"Call","slots":"O"}
            """)).Json;
        Assert.Equal(2, report.GetProperty("records").GetInt32());
        Assert.Equal(1, report.GetProperty("unanswered").GetInt32());
        Assert.Equal(0.5, report.GetProperty("exactMatch").GetDouble());
    }

    [Fact]
    public async Task Evaluate_LinesThatCannotBeUsed_AreNamedByNumberAndLeftOut()
    {
        using var models = await CallModels.CreateAsync(CallModels.Always("Call"));
        var run = await EvaluateAsync(models, """
            {"text":"call","label":"Call","slots":"O"}
            {"text":"call","label":"Sing","slots":"O"}
            {"text":"call","label":"Call"}
            {"text":"call anna","label":"Call","slots":"O"}
            {"label":"Call","slots":"O"}
            {"text":
            """);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(1, run.Json.GetProperty("records").GetInt32());
        Assert.Equal(5, run.Json.GetProperty("malformed").GetInt32());
        Assert.Equal(1, run.Json.GetProperty("exactMatch").GetDouble());
        Assert.Contains("test.jsonl, line 2: label 'Sing' is not one of the task's intents: Call, Text", run.Error);
        Assert.Contains("test.jsonl, line 3: the line has no field 'slots'", run.Error);
        Assert.Contains("test.jsonl, line 4: The request has 2 words but 1 tags", run.Error);
        Assert.Contains("test.jsonl, line 5: the line has no input", run.Error);
        Assert.Contains("test.jsonl, line 6: ", run.Error);
    }

    [Fact]
    public async Task Evaluate_RecordsWithCompletions_ComparesWhatIsWritten()
    {
        using var models = await CallModels.CreateAsync(CallModels.Always("Call"));
        var report = (await EvaluateAsync(models, """
            {"text":"call","completion":"{ \"slots\": {}, \"intent\": \"Call\" }"}
            {"text":"text","completion":"{\"intent\":\"Text\",\"slots\":{}}"}
            """)).Json;
        Assert.Equal(0.5, report.GetProperty("exactMatch").GetDouble());
        Assert.Equal(0.5, report.GetProperty("draftExactMatch").GetDouble());
        Assert.Equal(1, report.GetProperty("validJson").GetDouble());
        Assert.False(report.TryGetProperty("intentAccuracy", out _));
    }

    [Fact]
    public async Task Evaluate_ForAPerson_PrintsTables()
    {
        using var models = await CallModels.CreateAsync(CallModels.Always("Call"));
        var run = await models.RunAsync("evaluate", "--task", "calls", "--data", models.Write("test.jsonl", Records));
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("calls v1 on 5 records", run.Output);
        Assert.Contains("60.0%", run.Output);
        Assert.Contains("times as fast; 100.0% of its answers are the same", run.Output);
    }

    [Theory]
    [InlineData("There is no record to evaluate on", 1, "--data", "bad.jsonl")]
    [InlineData("There is no file", 1, "--data", "gone.jsonl")]
    [InlineData("Give --data FILE", 2)]
    [InlineData("Task 'calls' has no release 'v9'", 1, "--data", "test.jsonl", "--release", "v9")]
    public async Task Evaluate_WhatCannotBe_SaysWhy(string message, int code, params string[] args)
    {
        using var models = await CallModels.CreateAsync();
        models.Write("bad.jsonl", "nothing\n");
        models.Write("test.jsonl", Records);
        var run = await models.RunAsync(["evaluate", "--task", "calls", .. args.Select(arg => arg.EndsWith(".jsonl", StringComparison.Ordinal) ? models.At(arg) : arg)]);
        Assert.Equal(code, run.ExitCode);
        Assert.Contains(message, run.Error);
        Assert.DoesNotContain("   at ", run.Error);
    }

    private static Task<CliRun> EvaluateAsync(CallModels models, string records) =>
        models.RunAsync("evaluate", "--task", "calls", "--data", models.Write("test.jsonl", records), "--json");
}
