using System.Text.Json.Nodes;
using Understudy.Inference.Decoding;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;
using Understudy.Inference.Tasks;
using Understudy.Training.Decoders;
using Understudy.Training.Distillation;
using Understudy.Training.LanguageModels;
using Understudy.Training.Recipes;

namespace Understudy.Training.Tests.LanguageModels;

/// <summary>Models that learn to turn two names round, from records.</summary>
public sealed class RecordRunTests : IDisposable
{
    private const string Name = "turn";

    private static readonly string[] Names = ["ada", "bob", "cleo", "dan", "eve", "fay", "gus", "hal", "ida", "jon", "kit", "lea"];

    private readonly string _folder = Directory.CreateTempSubdirectory("records").FullName;
    private readonly List<TrainingProgress> _told = [];

    public RecordRunTests()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "models", Name));
        Define("""{ "name": "turn", "kind": "generation", "labels": [], "metric": "exact-match" }""");
        Write("train.jsonl", (one, other) => $$"""{"text":"{{one}} {{other}}","completion":"{{other}} {{one}}"}""");
    }

    private string Models => Path.Combine(_folder, "models");

    private static LanguageModelRecipe Recipe => new()
    {
        Task = Name,
        Vocabulary = 300,
        Records = ["train.jsonl"],
        Lead = Decoder(64, 2, steps: 120),
        Draft = Decoder(32, 1, steps: 60),
    };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(120, 0.8, 1)]
    [InlineData(1, 0, 0.1)]
    public async Task Run_Records_TeachWhatUntrainedModelsCannot(int steps, double least, double most)
    {
        var trained = Run(Recipe with { Lead = Decoder(64, 2, steps), Draft = Decoder(32, 1, Math.Max(1, steps / 2)), Refinement = new() { Lesson = DecoderLesson.ForwardKl, Steps = 2, Rows = 4 } });

        Assert.All(trained.Plots, plot => Assert.True(File.Exists(plot)));
        Assert.Empty(ReleaseValidator.Validate(trained.ReleaseFolder!));
        Assert.InRange((double)trained.Release!.Metrics["lead"]!["int8"]!["exactMatch"]!["dev"]!, least, most);
        Assert.Empty(trained.Release.Labels);
        using var catalog = new ReleaseCatalog(Models);
        var held = Held();
        var answers = await new JointInference(catalog).InferAsync(Name, [.. held.Select(text => new InferenceInput("a", text))], TestContext.Current.CancellationToken);
        Assert.InRange(answers.Zip(held).Average(pair => pair.First.Completion == Turned(pair.Second) ? 1.0 : 0), least, most);
        Assert.All(answers, answer => Assert.Null(answer.Label));
    }

    [Fact]
    public void Run_TaskShortensInputs_LearnsFromThemAsTheyAreServed()
    {
        Define("""{ "name": "turn", "kind": "generation", "labels": [], "metric": "exact-match", "compression": "head:2" }""");
        var rest = string.Concat(Enumerable.Repeat(" and much more", 100)); // more than the models take
        Write("train.jsonl", (one, other) => $$"""{"text":"{{one}} {{other}}{{rest}}","completion":"{{other}} {{one}}"}""");

        var trained = Run(Recipe);

        Assert.Equal("head:2", trained.Release!.Compression);
        Assert.InRange((double)trained.Release.Metrics["lead"]!["int8"]!["exactMatch"]!["dev"]!, 0.8, 1);
    }

    [Fact]
    public void Run_CallsOfATaskThatShortensInputs_SaysWhatToDo()
    {
        Define("""{ "name": "turn", "kind": "generation", "labels": [], "metric": "exact-match", "compression": "head:2" }""");

        Assert.Contains("'compression': 'head:2' in its task.json", Failure(Recipe with { Calls = "calls.jsonl" }), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_VersionThatCannotBe_SaysSoBeforeAnythingIsTrained()
    {
        var error = Assert.Throws<RecipeInvalidException>(() => Run(Recipe, version: "../other"));

        Assert.Contains("The version '../other' must be", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_folder, "work")));
    }

    [Fact]
    public async Task Run_Rationales_AreWrittenFirstAndNoPartOfTheAnswer()
    {
        Define("""{ "name": "turn", "kind": "generation", "labels": [], "metric": "exact-match", "lead": { "explain": true } }""");
        Write("train.jsonl", (one, other) => $$"""
            {"text":"{{one}} {{other}}","completion":"{{other}} {{one}}","rationale":"last {{other}}, first {{one}}: {{other}} {{one}}."}
            {"text":"{{one}} {{other}}","completion":"{{other}} {{one}}","rationale":"so it is {{one}}."}
            """);
        var recipe = Recipe with { Teaching = RecordTeaching.Rationales };
        var trained = Run(recipe with { Lead = recipe.Lead with { Training = recipe.Lead.Training with { Steps = 160 } } });

        Assert.Contains(_told, line => line.Message.Contains("of 'records' are left out; train.jsonl, line 2: its 'rationale' does not end in the answer", StringComparison.Ordinal));
        Assert.Contains(_told, line => line.Message.Contains("119 answers to learn from", StringComparison.Ordinal));
        Assert.InRange((double)trained.Release!.Metrics["lead"]!["int8"]!["exactMatch"]!["dev"]!, 0.6, 1);
        using var catalog = new ReleaseCatalog(Models);
        var text = "ada lea";
        var told = new List<string>();
        var answer = Assert.Single(await new JointInference(catalog).InferAsync(Name, [new InferenceInput("a", text)], TestContext.Current.CancellationToken, onText: told.Add));
        Assert.DoesNotContain("last", answer.Completion!, StringComparison.Ordinal);
        Assert.Equal(answer.Completion, string.Concat(told));
        Assert.Contains("because: last ", Assert.Single(answer.Receipt.Stages, stage => stage.Name == "verify").Reason, StringComparison.Ordinal);

        Define("""{ "name": "turn", "kind": "generation", "labels": [], "metric": "exact-match" }""");
        using var silent = new ReleaseCatalog(Models);
        var unexplained = Assert.Single(await new JointInference(silent).InferAsync(Name, [new InferenceInput("a", text)], TestContext.Current.CancellationToken));
        Assert.Equal(answer.Completion, unexplained.Completion);
        Assert.All(unexplained.Receipt.Stages, stage => Assert.DoesNotContain("because", stage.Reason, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_Schema_HoldsEveryAnswerToIt()
    {
        Define("""
            { "name": "turn", "kind": "generation", "labels": [], "metric": "exact-match", "schema":
              { "type": "object", "required": ["last", "first"], "properties": { "last": { "type": "string", "format": "extract" }, "first": { "type": "string", "format": "extract" } } } }
            """);
        Write("train.jsonl", (one, other) => $$"""
            {"text":"{{one}} {{other}}","completion":"{ \"last\": \"{{other}}\",\n\"first\": \"{{one}}\" }"}
            {"text":"{{one}} {{other}}","completion":"{\"last\":\"nobody\",\"first\":\"{{one}}\"}"}
            """);
        Run(Recipe with { Lead = Decoder(32, 1, 3), Draft = Decoder(16, 1, 2) });

        Assert.Contains(_told, line => line.Message.Contains("train.jsonl, line 2: field 'completion' breaks the task's schema: the schema does not allow", StringComparison.Ordinal));
        using var catalog = new ReleaseCatalog(Models);
        using var lease = catalog.Acquire(Name);
        var written = await ((ITextWriter)lease.Release.Lead.Model).WriteAsync("ada lea", null, null, TestContext.Current.CancellationToken);
        var answer = JsonNode.Parse(written.Text)!.AsObject(); // whatever three steps have taught
        Assert.Equal(["first", "last"], answer.Select(pair => pair.Key).Order());
        Assert.All(answer, pair => Assert.True(new[] { "", "ada", "lea", "ada lea" }.Contains((string)pair.Value!), written.Text));
    }

    [Fact]
    public void Run_Again_GoesOnFromWhereItWas()
    {
        Run(Recipe with { Lead = Decoder(16, 1, 4) }, TrainingSteps.Lead);
        var weights = File.ReadAllBytes(Path.Combine(_folder, "work", "lead.weights"));
        _told.Clear();
        Run(Recipe with { Lead = Decoder(16, 1, 4) }, TrainingSteps.Lead);

        Assert.Contains(_told, line => line.Message == "goes on from step 4");
        Assert.Equal(weights, File.ReadAllBytes(Path.Combine(_folder, "work", "lead.weights")));
        File.AppendAllText(Path.Combine(_folder, "train.jsonl"), """{"text":"a","completion":"b"}""");
        Assert.Contains("was begun with other records", Failure(Recipe with { Lead = Decoder(16, 1, 4) }), StringComparison.Ordinal);
        File.Delete(Path.Combine(_folder, "work", "records.sha256"));
        Assert.Contains("was begun without records, and the recipe has some", Failure(Recipe with { Lead = Decoder(16, 1, 4) }), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_StepsOneByOne_MakeTheStudentsThatAllTogetherMake()
    {
        static DecoderRecipe Dropping(DecoderRecipe model) => model with { Training = model.Training with { Dropout = 0.1 } };
        var recipe = Recipe with
        {
            Lead = Dropping(Decoder(16, 1, 4)),
            Draft = Dropping(Decoder(16, 1, 2)),
            Refinement = new() { Lesson = DecoderLesson.ReverseKl, Steps = 2, Rows = 4, AnswerTokens = 4 },
            Medusa = new() { Heads = 1, Steps = 2 },
        };
        byte[][] Students() => [.. new[] { "draft", "medusa" }.Select(name => File.ReadAllBytes(Path.Combine(_folder, "work", $"{name}.weights")))];
        Run(recipe, TrainingSteps.Lead | TrainingSteps.Distil);
        var together = Students();
        Directory.Delete(Path.Combine(_folder, "work"), recursive: true);
        Run(recipe, TrainingSteps.Lead);
        Run(recipe, TrainingSteps.Distil);

        Assert.Equal(together, Students());
    }

    [Fact]
    public void Run_LeadWithNothingLeftToLearn_LeavesWhatWasExported()
    {
        var recipe = Recipe with { Lead = Decoder(16, 1, 4), Draft = Decoder(16, 1, 2) };
        Run(recipe);
        Run(recipe, TrainingSteps.Lead);

        Assert.Equal("v2", Run(recipe, TrainingSteps.Release).Release!.Version);
    }

    [Fact]
    public void Run_LaterStepWithAnotherRecipe_IsRefusedNamingTheStepToRun()
    {
        var recipe = Recipe with { Lead = Decoder(16, 1, 4), Draft = Decoder(16, 1, 2) };
        Run(recipe);

        Refused(recipe with { Lead = Decoder(16, 1, 8) }, TrainingSteps.Compress, "the step 'lead' has run with other values of 'lead'");
        Refused(recipe with { Refinement = new() { Lesson = DecoderLesson.ForwardKl, Steps = 2, Rows = 4 } }, TrainingSteps.Release, "the step 'distil' has run with other values of 'refinement'");
        Assert.Equal("v2", Run(recipe with { Speculation = "grammar" }, TrainingSteps.Release).Release!.Version);

        void Refused(LanguageModelRecipe other, TrainingSteps steps, string expected) =>
            Assert.Contains(expected, Assert.Throws<RecipeInvalidException>(() => Run(other, steps)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_ModelsThatMakeNoMoreSteps_AreNotTakenForThoseOfAnotherTraining()
    {
        var recipe = Recipe with { Lead = Decoder(16, 1, 8), Draft = Decoder(16, 1, 2), Medusa = new() { Heads = 1, Steps = 2 } };
        Run(recipe, TrainingSteps.Lead | TrainingSteps.Distil);

        Refused("'lead' has made 8 steps with other values of 'rate'", recipe with { Lead = With(recipe.Lead, recipe.Lead.Training with { Rate = 1e-3 }) });
        Refused("'lead' has made 8 steps with other values of 'steps'", recipe with { Lead = Decoder(16, 1, 4) });
        Refused("'lead' has made 8 steps with other values of 'readings'", recipe with
        {
            Lead = With(recipe.Lead, recipe.Lead.Training with { Readings = 2 }),
            Draft = With(recipe.Draft, recipe.Draft.Training with { Readings = 2 }),
        });
        Refused("'draft' has made 2 steps with other values of 'softTargetShare'", recipe with { Draft = With(recipe.Draft, recipe.Draft.Training with { SoftTargetShare = 0.5 }) });
        Refused("'medusa' has made 2 steps with other values of 'discount'", recipe with { Medusa = recipe.Medusa! with { Discount = 0.5 } });
        Run(recipe with { Medusa = recipe.Medusa! with { Guesses = 20 } }, TrainingSteps.Lead | TrainingSteps.Distil); // which are chosen later
        Run(recipe with { Lead = With(recipe.Lead, recipe.Lead.Training with { Steps = 10, Rate = 1e-3 }) }, TrainingSteps.Lead | TrainingSteps.Distil); // more steps go on

        void Refused(string expected, LanguageModelRecipe other) =>
            Assert.Contains(expected, Assert.Throws<RecipeInvalidException>(() => Run(other, TrainingSteps.Lead | TrainingSteps.Distil)).Message, StringComparison.Ordinal);
        static DecoderRecipe With(DecoderRecipe model, DecoderTraining training) => model with { Training = training };
    }

    [Fact]
    public void Run_DistilThatWasStopped_IsNotGoneOnFrom()
    {
        var recipe = Recipe with { Lead = Decoder(16, 1, 4), Draft = Decoder(16, 1, 2) };
        Run(recipe);
        Assert.Throws<OperationCanceledException>(() => Run(recipe with { Draft = Decoder(16, 1, 4) }, TrainingSteps.Distil, cancellationToken: new(canceled: true)));

        Assert.Contains("the step 'distil' has begun and not ended", Assert.Throws<RecipeInvalidException>(() => Run(recipe, TrainingSteps.Compress)).Message, StringComparison.Ordinal);
        Run(recipe, TrainingSteps.Distil);
        Run(recipe, TrainingSteps.Compress);
    }

    [Fact]
    public void Run_CompressThatWasStopped_NothingIsReleasedUntilItHasRun()
    {
        var recipe = Recipe with { Lead = Decoder(16, 1, 4), Draft = Decoder(16, 1, 2) };
        Run(recipe);
        Assert.Throws<OperationCanceledException>(() => Run(recipe, TrainingSteps.Compress, cancellationToken: new(canceled: true)));

        Assert.Contains("Run the step 'compress' first", Assert.Throws<RecipeInvalidException>(() => Run(recipe, TrainingSteps.Release)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_RationalesOfDevRecords_AreMeasuredOnWhereTheyFit()
    {
        Write("train.jsonl", (one, other) => $$"""{"text":"{{one}} {{other}}","completion":"{{other}} {{one}}","rationale":"{{other}} {{one}}"}""");
        File.WriteAllLines(Path.Combine(_folder, "dev.jsonl"),
        [
            """{"text":"ada bob","completion":"bob ada","rationale":"bob ada"}""",
            """{"text":"dan eve","completion":"eve dan"}""",
            $$"""{"text":"fay gus","completion":"gus fay","rationale":"{{string.Concat(Enumerable.Repeat("so ", 100))}}gus fay"}""",
        ]);

        Run(Recipe with { DevRecords = ["dev.jsonl"], Teaching = RecordTeaching.Rationales, Lead = Decoder(16, 1, 2) }, TrainingSteps.Lead);

        Assert.Contains(_told, line => line.Message.Contains("129 answers to learn from, 3 to measure on", StringComparison.Ordinal));
        Assert.Contains(_told, line => line.Message.Contains("step 2 of 2, answer", StringComparison.Ordinal));
    }

    [Fact]
    public void Run_TextsThatAreMeasuredOnToo_AreNotLearnedFrom()
    {
        File.WriteAllLines(Path.Combine(_folder, "dev.jsonl"), ["""{"text":"ada  bob ","completion":"bob ada"}"""]);
        File.WriteAllLines(Path.Combine(_folder, "test.jsonl"), ["""{"text":"dan eve","completion":"eve dan"}""", """{"text":"eve dan","completion":"dan eve"}"""]);

        Run(Recipe with { DevRecords = ["dev.jsonl"], TestRecords = ["test.jsonl"], Lead = Decoder(16, 1, 2) }, TrainingSteps.Lead);

        Assert.Contains(_told, line => line.Message.StartsWith("3 of 'records' are left out; train.jsonl, line 37: its 'text' stands in 'testRecords' too", StringComparison.Ordinal));
        Assert.Contains(_told, line => line.Message.Contains("129 answers to learn from, 1 to measure on", StringComparison.Ordinal));
        Directory.Delete(Path.Combine(_folder, "work"), recursive: true);
        Assert.Contains("stands in 'devRecords' too", Failure(Recipe with { DevRecords = ["train.jsonl"] }), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_FewerRecordsThanABatch_LearnsFromAllOfThem()
    {
        File.WriteAllLines(Path.Combine(_folder, "train.jsonl"), ["""{"text":"a b","completion":"b a"}""", """{"text":"c d","completion":"d c"}"""]);
        Assert.NotNull(Run(Recipe with { Lead = Decoder(16, 1, 3), Draft = Decoder(16, 1, 2) }).Release);
    }

    [Fact]
    public void Run_RecordsBesideCalls_LearnsFromBoth()
    {
        Define("""{ "name": "turn", "kind": "generation", "labels": ["Call", "Text"], "metric": "exact-match" }""");
        File.WriteAllLines(Path.Combine(_folder, "calls.jsonl"), Names.Select(name => $$"""{"text":"call {{name}}","label":"Call","slots":"O B-person"}"""));
        Run(Recipe with { Calls = "calls.jsonl", DevCalls = "calls.jsonl", Lead = Decoder(16, 1, 3) }, TrainingSteps.Lead);
        Assert.Contains(_told, line => line.Message.Contains($"{119 + Names.Length} calls to learn from, {13 + Names.Length} to measure on", StringComparison.Ordinal));
    }

    public static TheoryData<string, Func<LanguageModelRecipe, LanguageModelRecipe>, string> Bad => new()
    {
        { "nothing to learn from", recipe => recipe with { Records = [] }, "Give it 'records'" },
        { "a file that is not there", recipe => recipe with { Records = ["none.jsonl"] }, "none.jsonl" },
        { "dev records alone", recipe => recipe with { Records = [], Calls = "calls.jsonl", DevRecords = ["train.jsonl"] }, "'devRecords'" },
        { "test calls alone", recipe => recipe with { TestCalls = "train.jsonl" }, "'devCalls' or 'testCalls' and no 'calls'" },
        { "rationales that are not there", recipe => recipe with { Teaching = RecordTeaching.Rationales }, "train.jsonl, line 1: the record has no 'rationale'" },
        { "rationales of calls", recipe => recipe with { Teaching = RecordTeaching.Rationales, Calls = "calls.jsonl" }, "'calls' have none" },
        { "a context too short", recipe => recipe with { Draft = recipe.Draft with { MaxTokens = 6 } }, "the models' context of 6 ('maxTokens') leaves 3" },
        { "running text that is not there", recipe => recipe with { Lead = recipe.Lead with { Training = new() } }, "'textFirst'" },
        { "no requests in a batch", recipe => recipe with { Lead = recipe.Lead with { Training = recipe.Lead.Training with { Requests = 0 } } }, "'lead.training.requests' is 0" },
        { "a tagger of no calls", recipe => recipe with { Tagger = new() }, "'tagger'" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void Run_RecipeThatCannotBe_SaysWhy(string what, Func<LanguageModelRecipe, LanguageModelRecipe> change, string expected)
    {
        var message = Failure(change(Recipe));
        Assert.True(message.Contains(expected, StringComparison.Ordinal), $"{what}: {message}");
    }

    [Fact]
    public void Load_UnknownTeaching_NamesTheField()
    {
        var file = Path.Combine(_folder, "recipe.json");
        Recipe.Save(file);
        Assert.Equal(RecordTeaching.Answers, LanguageModelRecipe.Load(file).Teaching);
        File.WriteAllText(file, File.ReadAllText(file).Replace("\"answers\"", "\"songs\"", StringComparison.Ordinal));
        Assert.Contains("$.teaching", Assert.Throws<RecipeInvalidException>(() => LanguageModelRecipe.Load(file)).Message, StringComparison.Ordinal);
    }

    private static string Turned(string text) => string.Join(' ', text.Split(' ').Reverse());

    private void Define(string task) => File.WriteAllText(Path.Combine(Models, Name, "task.json"), task);

    /// <summary>A record of each of 132 pairs.</summary>
    private void Write(string file, Func<string, string, string> record) =>
        File.WriteAllLines(Path.Combine(_folder, file), from one in Names from other in Names where one != other select record(one, other));

    /// <summary>The texts that no model has learned from.</summary>
    private string[] Held() => [.. new LanguageModelData(Recipe with { Data = _folder }).DevRecords.Records.Select(pair => pair.Record.Text)];

    private string Failure(LanguageModelRecipe recipe) => Assert.Throws<RecipeInvalidException>(() => Run(recipe, TrainingSteps.Lead)).Message;

    private TrainingResult Run(LanguageModelRecipe recipe, TrainingSteps steps = TrainingSteps.All, string? version = null, CancellationToken cancellationToken = default) => new LanguageModelRun(
        recipe with { Data = _folder }, TaskDefinition.Load(Path.Combine(Models, Name, "task.json")), Models, Path.Combine(_folder, "work"), new Listener(_told)).Run(steps, version, cancellationToken);

    private static DecoderRecipe Decoder(int width, int layers, int steps) => new()
    {
        Width = width,
        Layers = layers,
        Heads = 2,
        KvHeads = 1,
        HeadDim = Math.Max(16, width / 2),
        FeedForward = 2 * width,
        MaxTokens = 64,
        Tied = true,
        Training = new() { Steps = steps, TextFirst = 0, TextEvery = 0, Requests = 24, WarmUp = 10, Rate = 4e-3, Dropout = 0, MuonFrom = 0 },
    };

    private sealed class Listener(List<TrainingProgress> told) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => told.Add(value);
    }
}
