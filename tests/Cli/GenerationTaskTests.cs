using System.Text.Json;
using Understudy.Inference.Tasks;
using Understudy.Training.LanguageModels;

namespace Understudy.Cli.Tests;

/// <summary>A generation task of one's own, from records to answers.</summary>
public sealed class GenerationTaskTests : IDisposable
{
    private static readonly string[] Names = ["ada", "bob", "cleo", "dan", "eve", "fay", "gus", "hal", "ida", "jon", "kit", "lea"];

    private readonly string _root = Directory.CreateTempSubdirectory("understudy-own").FullName;

    [Fact]
    public async Task NewTrainEvaluateAnswer_Records_AllWork()
    {
        var pairs = (from one in Names from other in Names where one != other select (Text: $"{one} {other}", Completion: $"{other} {one}")).ToArray();
        new Random(5).Shuffle(pairs);
        string[] lines = [.. pairs.Select(pair => JsonSerializer.Serialize(new { text = pair.Text, completion = pair.Completion, rationale = $"so it is {pair.Completion}." }))];
        Write("data/train.jsonl", string.Join('\n', lines[20..]));
        var test = Write("data/test.jsonl", string.Join('\n', lines[..20]) + "\n{\"text\":\"ada\"}");

        var made = await RunAsync("task", "new", "turn", "--kind", "generation", "--data", At("data"), "--json");
        Assert.Equal((112, 112, 0), (made.Json.GetProperty("train").GetInt32(), made.Json.GetProperty("rationales").GetInt32(), made.Json.GetProperty("malformed").GetInt32()));
        Assert.Empty(TaskDefinition.Load(At("models/turn/task.json")).Labels);
        var recipe = LanguageModelRecipe.Load(At("models/turn/recipe.json"));
        Assert.Equal((64, 64), (recipe.Lead.MaxTokens, recipe.Draft.MaxTokens));
        var training = recipe.Lead.Training with { Steps = 140, Requests = 24, Rate = 4e-3, WarmUp = 10 };
        (recipe with
        {
            Lead = recipe.Lead with { Width = 64, Layers = 2, Heads = 2, KvHeads = 1, FeedForward = 128, Training = training },
            Draft = recipe.Draft with { Width = 32, Layers = 1, Heads = 2, KvHeads = 1, HeadDim = 16, FeedForward = 64, Training = training with { Steps = 60 } },
        }).Save(At("models/turn/recipe.json"));

        var trained = await RunAsync("train", "--task", "turn", "--work", At("work"), "--json");
        Assert.True(trained.ExitCode == 0, trained.Error);
        Assert.Equal("v1", trained.Json.GetProperty("release").GetString());

        var evaluated = await RunAsync("evaluate", "--task", "turn", "--data", test, "--json");
        Assert.True(evaluated.ExitCode == 0, evaluated.Error);
        var report = evaluated.Json;
        Assert.Equal((20, 1, 0), (report.GetProperty("records").GetInt32(), report.GetProperty("malformed").GetInt32(), report.GetProperty("unanswered").GetInt32()));
        Assert.InRange(report.GetProperty("exactMatch").GetDouble(), 0.7, 1);
        Assert.InRange(report.GetProperty("draftExactMatch").GetDouble(), 0, 1);
        Assert.Equal(1, report.GetProperty("identical").GetDouble());
        Assert.Equal(JsonValueKind.Null, report.GetProperty("validJson").ValueKind); // no schema
        Assert.All(["tokensPerSecond", "speedup"], name => Assert.True(report.GetProperty(name).GetDouble() > 0, name));
        Assert.Equal(["grammar", "ngram", "cache", "draft"], report.GetProperty("proposers").EnumerateArray().Select(proposer => proposer.GetProperty("name").GetString()!));
        Assert.Contains("answer right", (await RunAsync("evaluate", "--task", "turn", "--data", test)).Output, StringComparison.Ordinal);

        var written = (await RunAsync("generate", "--model", "turn", "--prompt", "ada lea", "--draft", "tree", "--json")).Json;
        var inferred = (await RunAsync("infer", "--task", "turn", "ada lea", "--json")).Json;
        Assert.Equal(JsonValueKind.Null, written.GetProperty("reason").ValueKind);
        Assert.Contains(written.GetProperty("text").GetString()!, inferred.GetRawText(), StringComparison.Ordinal);

        var calibrated = await RunAsync("calibrate", "--task", "turn", "--data", test, "--write", "v2", "--json");
        Assert.True(calibrated.ExitCode == 0, calibrated.Error);
        Assert.True(calibrated.Json.GetProperty("thresholds").TryGetProperty("draft", out _));
        Assert.Contains("generation of texts, measured by exact-match", (await RunAsync("task", "show", "turn")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task New_Schema_IsTheTasksAndBadCompletionsAreNamed()
    {
        Write("data/train.jsonl", """
            {"text":"ada","completion":"{ \"name\": \"ada\" }"}
            {"text":"bob","completion":"{\"name\":\"eve\"}"}
            {"text":"cleo","completion":"cleo"}
            {"text":"dan"}
            {"text":"eve","completion":"  "}
            {"text":"fay","completion":"{\"name\":\"fay\"}"}
            """);
        var schema = Write("schema.json", """{"type":"object","required":["name"],"properties":{"name":{"type":"string","format":"extract"}}}""");
        var run = await RunAsync("task", "new", "names", "--kind", "generation", "--data", At("data"), "--schema", schema, "--json");

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal((2, 4), (run.Json.GetProperty("train").GetInt32(), run.Json.GetProperty("malformed").GetInt32()));
        Assert.Contains("train.jsonl, line 2: field 'completion' breaks the task's schema: the schema does not allow", run.Error, StringComparison.Ordinal);
        Assert.Contains("train.jsonl, line 3: field 'completion' is no JSON, and the task has a schema: 'cleo'", run.Error, StringComparison.Ordinal);
        Assert.Contains("train.jsonl, line 4: the line has no field 'completion'", run.Error, StringComparison.Ordinal);
        Assert.Contains("train.jsonl, line 5: field 'completion' is empty", run.Error, StringComparison.Ordinal);
        Assert.Equal(4, File.ReadAllLines(At("models/names/quarantine.jsonl")).Length);
        Assert.Equal(["name"], TaskDefinition.Load(At("models/names/task.json")).Schema!["required"]!.AsArray().Select(name => (string)name!));
        Assert.Contains("generation of JSON by a schema", (await RunAsync("task", "show", "names")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task New_RecordsOfManyLengths_GetAContextThatHoldsThemAndNoLongerOne()
    {
        var random = new Random(3);
        string Noise(int length) => new([.. Enumerable.Range(0, length).Select(_ => (char)('a' + random.Next(26)))]);
        Write("data/train.jsonl", string.Join('\n', new[] { 20, 150, 3000 }.Select(length => JsonSerializer.Serialize(new { text = Noise(length), completion = "a" }))));
        Write("data/dev.jsonl", """{"text":"b","completion":"a"}""");

        var run = await RunAsync("task", "new", "lengths", "--kind", "generation", "--data", At("data"), "--json");

        Assert.Equal((2, 1, 1), (run.Json.GetProperty("train").GetInt32(), run.Json.GetProperty("dev").GetInt32(), run.Json.GetProperty("malformed").GetInt32()));
        Assert.Contains($"train.jsonl, line 3: its 'text' takes", run.Error, StringComparison.Ordinal);
        Assert.Contains($"the models' context of 1,024 ('maxTokens') leaves 512", run.Error, StringComparison.Ordinal);
        var recipe = LanguageModelRecipe.Load(At("models/lengths/recipe.json"));
        Assert.Equal(256, recipe.Lead.MaxTokens); // of 150 letters many are pairs
        Assert.Equal(["dev.jsonl"], recipe.DevRecords);
    }

    [Theory]
    [InlineData("""{"text":"a","completion":"b"}""", "train.jsonl has only one text, 'a'", 1)]
    [InlineData("""{"text":"a","label":"b"}""", "train.jsonl has no usable example. Write one a line, such as {\"text\":\"…\",\"completion\":\"…\"}. 1 lines cannot be used; line 1: the line has no field 'completion'", 1)]
    [InlineData("", "train.jsonl has no usable example", 1)]
    [InlineData("two", "cannot be read", 1, "--schema", "gone.json")]
    [InlineData("two", "is no JSON object", 1, "--schema", "list.json")]
    [InlineData("two", "cannot be read", 1, "--schema", "broken.json")]
    [InlineData("two", "type 'song' is not known", 2, "--schema", "song.json")]
    [InlineData("two", "--input 'mail' is for classification", 2, "--input", "mail")]
    public async Task New_WhatCannotBe_SaysWhy(string train, string message, int code, params string[] more)
    {
        Write("data/train.jsonl", train == "two" ? "{\"text\":\"a\",\"completion\":\"b\"}\n{\"text\":\"c\",\"completion\":\"d\"}" : train);
        Write("list.json", "[]");
        Write("broken.json", "{");
        Write("song.json", """{"type":"song"}""");
        var run = await RunAsync(["task", "new", "own", "--kind", "generation", "--data", At("data"), .. more.Select(arg => arg.EndsWith(".json", StringComparison.Ordinal) ? At(arg) : arg)]);

        Assert.Equal(code, run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.OrdinalIgnoreCase);
        Assert.False(Directory.Exists(At("models/own")));
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task New_SchemaForClassification_IsBadUsage()
    {
        Write("data/train.jsonl", """{"text":"a","label":"b"}""");
        var run = await RunAsync("task", "new", "own", "--data", At("data"), "--schema", "any.json");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--schema is for tasks whose answers are written", run.Error, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private string At(string path) => Path.Combine(_root, path);

    private string Write(string path, string content) => TextFile.Write(At(path), content);

    private Task<CliRun> RunAsync(params string[] args)
    {
        Directory.CreateDirectory(At("models"));
        return CliRun.Of([.. args, "--models", At("models")]);
    }
}
