using System.Text.Json;
using Understudy.Inference.Tasks;
using Understudy.Training.Recipes;

namespace Understudy.Cli.Tests;

public sealed class TaskCommandTests : IDisposable
{
    private readonly MoodModels _models = new();

    [Fact]
    public async Task List_Always_ShowsTasksWithTheirReleases()
    {
        var task = Assert.Single((await _models.RunAsync("task", "list", "--json")).Json.GetProperty("tasks").EnumerateArray());
        Assert.Equal("mood", task.GetProperty("name").GetString());
        Assert.Equal(2, task.GetProperty("labels").GetInt32());
        Assert.Equal(1, task.GetProperty("releases").GetInt32());
    }

    [Fact]
    public async Task List_ChannelOfOneAndDefinitionOfAnotherAreWrong_ShowsTheRestAndWarns()
    {
        await _models.RunAsync("release", "promote", "--task", "mood", "v1");
        _models.Write("models/cut/task.json", """{"name":"cut","kind":"classification","labels":["a","b"]}""");
        _models.Write("models/cut/channels/stable.json", """{"version":""");
        _models.Write("models/off/task.json", "{");

        var run = await _models.RunAsync("task", "list", "--json");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal([("cut", null), ("mood", "v1")], run.Json.GetProperty("tasks").EnumerateArray().Select(t => (t.GetProperty("name").GetString(), t.GetProperty("stable").GetString())));
        Assert.Contains("Warning: task 'cut': channels/stable.json: it is no channel pointer", run.Error);
        Assert.Contains("Warning: task 'off': task.json: ", run.Error);
    }

    [Fact]
    public async Task List_NoSuchFolder_Fails()
    {
        foreach (var folder in (string[])[_models.At("gone"), _models.Write("file", "")])
        {
            var run = await CliRun.Of("task", "list", "--models", folder);
            Assert.Equal(1, run.ExitCode);
            Assert.Contains($"There is no folder '{folder}'. Name the models folder with --models", run.Error);
        }
    }

    [Theory]
    [InlineData("train.jsonl")]
    [InlineData("dev.jsonl")]
    public async Task New_FolderInAFilesPlace_SaysSo(string name)
    {
        _models.WriteRecords("data/train.jsonl", ("b", "zebra"), ("c", "ape"), ("d", "zebra"), ("e", "ape"));
        File.Delete(_models.At($"data/{name}"));
        Directory.CreateDirectory(_models.At($"data/{name}"));
        var run = await _models.RunAsync("task", "new", "animals", "--data", _models.At("data"));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"{name}' is a folder. Name a JSONL file", run.Error);
    }

    [Fact]
    public async Task Show_KnownTask_ShowsItsDefinition()
    {
        var task = (await _models.RunAsync("task", "show", "mood", "--json")).Json.GetProperty("task");
        Assert.Equal(["happy", "sad"], task.GetProperty("labels").EnumerateArray().Select(l => l.GetString()!));
        Assert.Contains("happy, sad", (await _models.RunAsync("task", "show", "mood")).Output);
    }

    [Fact]
    public async Task New_GoodData_WritesADefinitionAndARecipeThatLoad()
    {
        _models.WriteRecords("data/train.jsonl", ("b", "zebra"), ("c", "Ape"), ("d", "zebra"), ("e", "Ape"), ("f", "ant"), ("g", "ant"));
        var run = await _models.RunAsync("task", "new", "animals", "--data", _models.At("data"), "--epsilon", "0.02", "--json");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(6, run.Json.GetProperty("train").GetInt32());
        Assert.Equal(JsonValueKind.Null, run.Json.GetProperty("quarantine").ValueKind);
        var task = TaskDefinition.Load(_models.At("models/animals/task.json"));
        Assert.Equal(["Ape", "ant", "zebra"], task.Labels);
        Assert.Equal(new Guarantee(0.02, 0.1), task.Guarantee);
        var recipe = Recipe.Load(_models.At("models/animals/recipe.json"));
        Assert.Equal(("animals", _models.At("data")), (recipe.Task, recipe.Data));
    }

    [Fact]
    public async Task New_MalformedLines_ReportsThemByNumberAndQuarantinesThem()
    {
        _models.Write("data/train.jsonl", """
            {"text":"a","label":"x"}
            {"text":"b"}
            {"text":"c","label":"y"}
            broken
            {"text":"d","label":"x"}
            {"text":"e","label":"y"}
            """);
        var run = await _models.RunAsync("task", "new", "letters", "--data", _models.At("data"), "--json");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(4, run.Json.GetProperty("train").GetInt32());
        Assert.Equal(2, run.Json.GetProperty("malformed").GetInt32());
        Assert.Contains("train.jsonl, line 2: ", run.Error);
        Assert.Contains("train.jsonl, line 4: ", run.Error);
        var lines = File.ReadAllLines(_models.At("models/letters/quarantine.jsonl"));
        Assert.Equal([2, 4], lines.Select(l => JsonDocument.Parse(l).RootElement.GetProperty("line").GetInt32()));
        Assert.Contains("broken", lines[1]);
    }

    [Fact]
    public async Task New_DevLabelNotInTrain_Warns()
    {
        _models.WriteRecords("data/train.jsonl", ("a", "x"), ("b", "y"), ("c", "x"), ("d", "y"));
        _models.WriteRecords("data/dev.jsonl", ("e", "z"), ("f", "x"));
        var run = await _models.RunAsync("task", "new", "letters", "--data", _models.At("data"));
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("Warning: dev.jsonl has 1 example(s) with label 'z'", run.Error);
    }

    [Fact]
    public async Task New_TextsOfTrainInDev_Warns()
    {
        _models.WriteRecords("data/train.jsonl", ("a", "x"), ("b", "y"), ("c", "x"), ("d", "y"));
        _models.WriteRecords("data/dev.jsonl", ("a", "x"), ("a", "x"), ("e", "y"), ("d", "y"));
        var run = await _models.RunAsync("task", "new", "letters", "--data", _models.At("data"));
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("Warning: 2 text(s) of train.jsonl stand in dev.jsonl too.", run.Error);
    }

    [Theory]
    [InlineData(0, 439, "43 text(s) of train.jsonl will be kept")] // a tenth of them; 44 are needed for one in twenty
    [InlineData(0, 440, null)]
    [InlineData(43, 439, "43 text(s) of dev.jsonl are kept")]
    [InlineData(44, 439, null)]
    public async Task New_TooFewToPromiseAnything_Warns(int dev, int train, string? warning)
    {
        _models.WriteRecords("data/train.jsonl", Records("t", train));
        if (dev > 0)
        {
            _models.WriteRecords("data/dev.jsonl", Records("d", dev));
        }

        var run = await _models.RunAsync("task", "new", "letters", "--data", _models.At("data"), "--epsilon", "0.051", "--delta", "0.1", "--json");

        var warnings = run.Json.GetProperty("warnings").EnumerateArray().Select(w => w.GetString()!).ToList();
        Assert.Equal(warning is null ? 0 : 1, warnings.Count);
        Assert.All(warnings, text => Assert.Contains($"{warning} to choose thresholds on, and at least 44 are needed to promise that at most 5.1% of inputs", text));

        static (string, string)[] Records(string prefix, int count) => [.. Enumerable.Range(0, count).Select(i => ($"{prefix}{i}", i % 2 == 0 ? "x" : "y"))];
    }

    [Fact]
    public async Task Show_LeadBehindAnEndpoint_SaysWhomThePromiseIsAbout()
    {
        Assert.DoesNotContain("own lead", (await _models.RunAsync("task", "show", "mood")).Output);
        _models.Write("models/mood/task.json", """
            {"name":"mood","kind":"classification","labels":["happy","sad"],"lead":{"endpoint":"https://models.example/v1","protocol":"openai","model":"large"}}
            """);

        Assert.Contains("It is about the release's own lead: 'large' at https://models.example/v1 is not asked", (await _models.RunAsync("task", "show", "mood")).Output);
    }

    [Fact]
    public async Task New_OneLabelOnly_SaysWhatIsNeeded()
    {
        _models.WriteRecords("data/train.jsonl", ("a", "x"), ("b", "x"));
        var run = await _models.RunAsync("task", "new", "letters", "--data", _models.At("data"));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("only the label 'x'; at least 2 labels are needed", run.Error);
        Assert.False(Directory.Exists(_models.At("models/letters")));
    }

    [Fact]
    public async Task New_OneExampleOfALabel_NamesTheLabel()
    {
        _models.WriteRecords("data/train.jsonl", ("a", "x"), ("b", "x"), ("c", "rare"));
        var run = await _models.RunAsync("task", "new", "letters", "--data", _models.At("data"));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("fewer than 2 examples of 'rare'", run.Error);
    }

    [Fact]
    public async Task New_NoTrainFile_NamesIt()
    {
        Directory.CreateDirectory(_models.At("data"));
        var run = await _models.RunAsync("task", "new", "letters", "--data", _models.At("data"));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("train.jsonl", run.Error);
    }

    [Fact]
    public async Task New_TaskExists_NeedsForce()
    {
        _models.WriteRecords("data/train.jsonl", ("a", "x"), ("b", "y"), ("c", "x"), ("d", "y"));
        string[] line = ["task", "new", "mood", "--data", _models.At("data")];
        Assert.Equal(1, (await _models.RunAsync(line)).ExitCode);
        Assert.Equal(["happy", "sad"], TaskDefinition.Load(_models.At("models/mood/task.json")).Labels);
        Assert.Equal(0, (await _models.RunAsync([.. line, "--force"])).ExitCode);
        Assert.Equal(["x", "y"], TaskDefinition.Load(_models.At("models/mood/task.json")).Labels);
    }

    [Fact]
    public async Task New_BadName_IsBadUsage()
    {
        _models.WriteRecords("data/train.jsonl", ("a", "x"), ("b", "y"), ("c", "x"), ("d", "y"));
        var run = await _models.RunAsync("task", "new", "../Evil", "--data", _models.At("data"));
        Assert.Equal(2, run.ExitCode);
        Assert.False(File.Exists(_models.At("Evil/task.json")));
    }

    public void Dispose() => _models.Dispose();
}
