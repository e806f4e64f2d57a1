using System.Text.Json.Nodes;
using Understudy.Inference.Decoding;
using Understudy.Inference.FunctionCalls;
using Understudy.Inference.Releases;
using Understudy.Inference.Speculation;
using Understudy.Inference.Tasks;
using Understudy.Training.Distillation;
using Understudy.Training.LanguageModels;
using Understudy.Training.Recipes;

namespace Understudy.Training.Tests.LanguageModels;

public sealed class LanguageModelRunTests : IDisposable
{
    private const string Name = "calls";
    private readonly string _folder = Directory.CreateTempSubdirectory("language-model").FullName;
    private readonly List<string> _told = [];

    public LanguageModelRunTests()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "models", Name));
        File.WriteAllText(Path.Combine(_folder, "models", Name, "task.json"), """{ "name": "calls", "kind": "generation", "labels": ["Call", "Text"], "metric": "exact-match" }""");
        File.WriteAllLines(Path.Combine(_folder, "text.txt"), Enumerable.Repeat("one day anna and bert went to see carl and dora", 60));
        File.WriteAllLines(Path.Combine(_folder, "calls.jsonl"),
            from name in new[] { "anna", "bert", "carl", "dora" }
            from verb in new[] { "call", "text" }
            select $$"""{"text":"{{verb}} {{name}} now","label":"{{char.ToUpperInvariant(verb[0])}}{{verb[1..]}}","slots":"O B-person O"}""");
    }

    private string Models => Path.Combine(_folder, "models");

    private static LanguageModelRecipe Recipe => new()
    {
        Task = Name,
        Vocabulary = 280,
        Text = ["text.txt"],
        DevText = ["text.txt"],
        Calls = "calls.jsonl",
        DevCalls = "calls.jsonl",
        Lead = Decoder(32, 2, tied: true),
        Draft = Decoder(16, 1, tied: false),
        Refinement = new() { Lesson = DecoderLesson.ReverseKl, Steps = 2, Rows = 4, AnswerTokens = 4 },
        Medusa = new() { Heads = 2, Steps = 4 },
        Tagger = new() { Embedding = 16, Width = 16, Layers = 1, Heads = 2, FeedForward = 32, MaxTokens = 24, Epochs = 60, Rate = 1e-2, Dropout = 0 },
    };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Run_AllSteps_MakesAReleaseThatIsSoundAndStable()
    {
        var trained = Run(Recipe, TrainingSteps.All);

        Assert.Equal("v1", trained.Release!.Version);
        Assert.All(trained.Plots, plot => Assert.True(File.Exists(plot)));
        Assert.Empty(ReleaseValidator.Validate(trained.ReleaseFolder!));
        using var catalog = new ReleaseCatalog(Models);
        var release = LanguageModelRelease.Open(catalog, Name);
        Assert.All([release.Lead, release.Draft!, release.Tokenizer, release.File("lead.int4.onnx")!], file => Assert.True(File.Exists(file), file));
        Assert.InRange((double)release.Manifest.Metrics["lead"]!["int8"]!["exactMatch"]!["dev"]!, 0, 1);
        Assert.Equal(1, (double)release.Manifest.Metrics["lead"]!["float32"]!["agreement"]!);
        using var lead = Understudies.Open(release);
        Assert.Equal(["grammar", "ngram", "cache", "tagger", "medusa", "draft"], lead.Available);
        var prompt = FunctionCallPrompt.Encode(lead.Target.Tokenizer, "call anna now");
        int[] Output(Speculator? speculator)
        {
            using (speculator)
            {
                using var generation = lead.Target.Generate(prompt, new() { MaxTokens = 20 }, speculator);
                return generation.Run().Tokens.ToArray();
            }
        }

        var plain = Output(null);
        Assert.All(lead.Available, name => Assert.Equal(plain, Output(lead.New([name]))));
        Assert.Equal(plain, Output(lead.New(lead.Available, adaptive: false)));

        // It has learned eight requests by heart, and another name is another value.
        Assert.Equal(1, (double)release.Manifest.Metrics["tagger"]!["int8"]!["exactMatch"]!["dev"]!);
        using var tagger = CallTagger.Load(release.Tagger!);
        var reading = tagger.Read(lead.Target.Tokenizer, lead.Target.Tokenizer.Encode("text bert now"))!;
        var (call, logProbability) = reading.Best();
        Assert.Equal("""{"intent":"Text","slots":{"person":"bert"}}""", call.ToJson());
        Assert.InRange(logProbability, -1, 0);
        Assert.Equal(logProbability, reading.LogProbability(call), 1e-4);
        Assert.Null(tagger.Read(lead.Target.Tokenizer, []));
        Assert.Null(tagger.Read(lead.Target.Tokenizer, lead.Target.Tokenizer.Encode("call\nanna now"))); // a prompt of somebody's own making
        Assert.Null(tagger.Read(lead.Target.Tokenizer, new int[25]));

        using var lease = catalog.Acquire(Name);
        Assert.Equal([false, false, true], lease.Release.Students.Append(lease.Release.Lead).Select(tier => tier.MayAnswer)); // nobody has measured when tagger and draft are right
    }

    [Theory]
    [InlineData(0)]
    [InlineData(900)]
    public async Task Run_TaggerWithASayOrNone_ItsCallStandsOnlyWithOne(double weight)
    {
        const string Expected = """{"intent":"Call","slots":{"person":"dora"}}""";
        Run(Recipe with { Tagger = Recipe.Tagger! with { Weight = weight } }, TrainingSteps.All);
        using var catalog = new ReleaseCatalog(Models);
        using var lease = catalog.Acquire(Name);
        var (lead, tagger, streamed) = ((ITextWriter)lease.Release.Lead.Model, (ITextWriter)lease.Release.Students[0].Model, "");

        var written = await lead.WriteAsync("call  dora now", null, piece => streamed += piece, TestContext.Current.CancellationToken);
        var read = await tagger.WriteAsync("call dora now", null, null, TestContext.Current.CancellationToken);

        // Four steps of training have taught the language model nothing.
        Assert.Equal(weight > 0, written.Text == Expected);
        Assert.Equal(written.Text, streamed);
        Assert.Equal(Expected, read.Text);
        Assert.InRange(read.Confidence, 0.3, 1);
        Assert.Equal(0, (await tagger.WriteAsync(string.Join(' ', Enumerable.Repeat("call", 30)), null, null, TestContext.Current.CancellationToken)).Confidence);
    }

    [Theory]
    [InlineData(1e-6, false)]
    [InlineData(900, true)]
    public void Overrule_TwoCallsThatDiffer_TheOneStandsThatBothTogetherFindLikelier(double weight, bool overruled)
    {
        Run(Recipe with { Tagger = Recipe.Tagger! with { Weight = weight }, Lead = Recipe.Lead with { MaxTokens = 256 } }, TrainingSteps.All); // room for both calls
        using var catalog = new ReleaseCatalog(Models);
        using var models = Understudies.Open(LanguageModelRelease.Open(catalog, Name));
        const string Request = "call dora now", Shorter = """{"intent":"Call","slots":{}}""", Right = """{"intent":"Call","slots":{"person":"dora"}}""";
        string? Overrule(TaskDefinition task, string written)
        {
            var calls = new FunctionCallTask(task, models.Target.Tokenizer);
            return models.Panel!.Overrule(models.Target, calls, Request, calls.Prompt(Request), written)?.Text;
        }

        // To a model that has learned next to nothing any shorter text is likelier.
        Assert.Equal(overruled ? Right : null, Overrule(catalog.Task(Name), Shorter));
        Assert.Null(Overrule(catalog.Task(Name), Right));
        var schema = """{"type":"object","properties":{"intent":{"enum":["Text"]},"slots":{"type":"object","properties":{"person":{"type":"string","format":"extract"}}}}}""";
        Assert.Null(Overrule(catalog.Task(Name) with { Schema = JsonNode.Parse(schema)!.AsObject() }, Shorter)); // the tagger's intent is none of the task's
    }

    [Fact]
    public void Validate_TamperedOrMismatchedRelease_NamesTheFile()
    {
        var folder = Run(Recipe, TrainingSteps.All).ReleaseFolder!;
        File.AppendAllText(Path.Combine(folder, "draft.int8.onnx"), "x");

        Assert.Contains(ReleaseValidator.Validate(folder), problem => problem.StartsWith("draft.int8.onnx:", StringComparison.Ordinal));
        using var catalog = new ReleaseCatalog(Models);
        Assert.Throws<ReleaseInvalidException>(() => LanguageModelRelease.Open(catalog, Name));
    }

    [Fact]
    public void Run_FurtherTrainingThatReadsTwice_GoesOnFromTheFirstAndServesIt()
    {
        var recipe = Recipe;
        Run(recipe, TrainingSteps.Lead);
        var first = File.ReadAllBytes(Path.Combine(_folder, "work", "lead.weights"));
        var further = recipe.Lead.Training with { Steps = 4, Readings = 2, Rate = 1e-60 }; // moves no weight: nothing in float32
        recipe = recipe with
        {
            Lead = recipe.Lead with { FurtherTraining = [further] },
            Draft = recipe.Draft with { Training = recipe.Draft.Training with { Readings = 2 } },
            Medusa = recipe.Medusa! with { Guesses = 20 },
        };
        Run(recipe, TrainingSteps.All);

        using var catalog = new ReleaseCatalog(Models);
        using var models = Understudies.Open(LanguageModelRelease.Open(catalog, Name));
        var (tokenizer, begin) = (models.Target.Tokenizer, models.Target.Tokenizer.Id(FunctionCallPrompt.RequestToken));
        Assert.Equal(2, FunctionCallPrompt.Encode(tokenizer, "call anna now").Count(token => token == begin));
        using var heads = MedusaHeads.Load(Path.Combine(Models, Name, "v1", LanguageModelRelease.MedusaFile));
        Assert.Equal((20, tokenizer.VocabularySize), (heads.Guesses, heads.Vocabulary));
        Assert.Contains(tokenizer.EndOfText!.Value, Enumerable.Range(0, heads.Guesses).Select(heads.Token)); // stands in every row
        Assert.Equal(first, File.ReadAllBytes(Path.Combine(_folder, "work", "lead.weights")));
    }

    [Fact]
    public void Run_FirstTrainingMadeLonger_MakesTheFurtherOneAnew()
    {
        var recipe = Recipe with { Lead = Recipe.Lead with { FurtherTraining = [Recipe.Lead.Training] } };
        Run(recipe, TrainingSteps.Lead);
        var first = File.ReadAllBytes(Path.Combine(_folder, "work", "lead.weights"));
        Run(recipe with { Lead = recipe.Lead with { Training = recipe.Lead.Training with { Steps = 8 } } }, TrainingSteps.Lead);

        Assert.NotEqual(first, File.ReadAllBytes(Path.Combine(_folder, "work", "lead.weights")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)] // a folder of before
    public void Run_LeadTrainedOn_WhatLearnedFromItBeginsAnew(bool stamped)
    {
        var recipe = Recipe with { Refinement = null };
        Run(recipe, TrainingSteps.Lead | TrainingSteps.Distil);
        string[] taught = [Path.Combine(_folder, "work", "draft.weights"), Path.Combine(_folder, "work", "medusa.weights")];
        var before = Array.ConvertAll(taught, File.ReadAllBytes);
        Run(recipe, TrainingSteps.Lead | TrainingSteps.Distil);
        Assert.Equal(before, Array.ConvertAll(taught, File.ReadAllBytes));

        if (!stamped)
        {
            File.Delete(Path.Combine(_folder, "work", "taught-by.sha256"));
        }

        Run(recipe with { Lead = recipe.Lead with { Training = recipe.Lead.Training with { Steps = 8 } } }, TrainingSteps.Lead | TrainingSteps.Distil);

        Assert.All(before.Zip(taught), pair => Assert.NotEqual(pair.First, File.ReadAllBytes(pair.Second)));
    }

    [Fact]
    public void Run_LaterStepsOfALeadThatLearnedMore_AreRefusedUntilThoseBetween()
    {
        var recipe = Recipe with { Refinement = null, Tagger = null };
        Run(recipe, TrainingSteps.All);
        recipe = recipe with { Lead = recipe.Lead with { Training = recipe.Lead.Training with { Steps = 8 } } };
        Run(recipe, TrainingSteps.Lead);

        Assert.Contains("Run the step 'compress' first", Failure(recipe, TrainingSteps.Release), StringComparison.Ordinal);
        Assert.Contains("Run the step 'distil' first", Failure(recipe, TrainingSteps.Compress), StringComparison.Ordinal);
        Run(recipe, TrainingSteps.Distil);
        Assert.Contains("Run the step 'compress' first", Failure(recipe, TrainingSteps.Release), StringComparison.Ordinal);
        Assert.Equal("v2", Run(recipe, TrainingSteps.Compress | TrainingSteps.Release).Release!.Version);
    }

    [Fact]
    public void Run_RefinementByAnswersLongerThanTheContext_StaysWithinIt()
    {
        var recipe = Recipe with { Refinement = Recipe.Refinement! with { AnswerTokens = 1000 } };
        Run(recipe with { Draft = recipe.Draft with { Training = recipe.Draft.Training with { Dropout = 0.1 } } }, TrainingSteps.Lead | TrainingSteps.Distil);

        Assert.True(File.Exists(Path.Combine(_folder, "work", "draft.weights")));
    }

    [Theory]
    [InlineData(0, 0.1, "'lead.furtherTraining[0].readings'")]
    [InlineData(1, 0.2, "'dropout'")]
    public void Run_FurtherTrainingThatCannotBe_NamesTheField(int readings, double dropout, string field)
    {
        var recipe = Recipe;
        recipe = recipe with { Lead = recipe.Lead with { FurtherTraining = [recipe.Lead.Training with { Readings = readings, Dropout = dropout }] } };
        var error = Assert.Throws<RecipeInvalidException>(() => Run(recipe, TrainingSteps.Lead));
        Assert.Contains(field, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_UnknownProposer_NamesTheKnownOnes() =>
        Assert.Contains("'magic'", Assert.Throws<RecipeInvalidException>(() => Run(Recipe with { Speculation = "magic" }, TrainingSteps.Lead)).Message, StringComparison.Ordinal);

    [Fact]
    public void Run_DraftThatReadsOtherwise_SaysSo()
    {
        var recipe = Recipe;
        var error = Assert.Throws<RecipeInvalidException>(() => Run(recipe with { Lead = recipe.Lead with { Training = recipe.Lead.Training with { Readings = 2 } } }, TrainingSteps.Lead));
        Assert.Contains("'readings'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_StepBeforeItsInput_SaysWhichStepIsMissing()
    {
        var error = Assert.Throws<RecipeInvalidException>(() => Run(Recipe, TrainingSteps.Distil));
        Assert.Contains("Run the step 'lead' first", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"text":"call anna","label":"Call","slots":"O"}""", "line 1: The request has 2 words but 1 tags")]
    [InlineData("""{"text":"call anna","label":"Call"}""", "line 1: the line lacks one of")]
    [InlineData("""{"text":"call anna","label":"Call","slots":"O X"}""", "'X' in 'slots' is no tag")]
    public void Run_DataThatCannotBeUsed_NamesTheLine(string line, string expected)
    {
        File.WriteAllText(Path.Combine(_folder, "calls.jsonl"), line);
        var error = Assert.Throws<RecipeInvalidException>(() => Run(Recipe, TrainingSteps.Lead));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_CallsLongerThanTheContext_AreLeftOutAndCounted()
    {
        var longer = $$"""{"text":"call {{string.Join(' ', Enumerable.Repeat("anna", 40))}}","label":"Call","slots":"O B-person{{string.Concat(Enumerable.Repeat(" I-person", 39))}}"}""";
        foreach (var file in new[] { "calls.jsonl", "test.jsonl" })
        {
            File.AppendAllLines(Path.Combine(_folder, file), [longer, """{"text":"call dora","label":"Call","slots":"O B-person"}"""]);
        }

        var trained = Run(Recipe with { TestCalls = "test.jsonl" }, TrainingSteps.All);

        Assert.Equal(["test"], trained.Release!.Metrics["lead"]!["int8"]!["exactMatch"]!.AsObject().Select(part => part.Key).Except(["dev"]));
        Assert.All(new[] { "calls", "devCalls", "testCalls" }, field => Assert.Single(_told, line => line.StartsWith($"1 of '{field}' are left out; 'call anna anna anna anna anna …': with its call it takes ", StringComparison.Ordinal)));
        Assert.Contains("9 calls to learn from, 9 to measure on", _told);
    }

    [Fact]
    public void Run_NoCallFitsIntoTheContext_SaysSo() =>
        Assert.Contains("None of the recipe's 'calls' can be used", Failure(Recipe with { Draft = Recipe.Draft with { MaxTokens = 16 } }), StringComparison.Ordinal);

    [Theory]
    [InlineData("a few words", 16, "'text' has")]
    [InlineData("", 16, "'text' has")]
    [InlineData(null, 65, "'textTokens' 65")]
    [InlineData(null, 0, "'draft.training.textTokens' is 0")]
    public void Run_RunningTextThatNoRowCanBeReadFrom_NamesTheField(string? text, int tokens, string expected)
    {
        if (text is not null)
        {
            File.WriteAllText(Path.Combine(_folder, "text.txt"), text);
        }

        Assert.Contains(expected, Failure(Recipe with { Draft = Recipe.Draft with { Training = Recipe.Draft.Training with { TextTokens = tokens } } }), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_folder, "work", "tokenizer.json")));
        File.WriteAllLines(Path.Combine(_folder, "text.txt"), Enumerable.Repeat("carl and dora went to see anna and bert", 60));
        Run(Recipe, TrainingSteps.Lead); // nothing was made of what could not be used
    }

    [Fact]
    public void Run_TestTextTooShortForARow_AgreementIsMeasuredOnCalls()
    {
        File.WriteAllText(Path.Combine(_folder, "short.txt"), "anna");

        var trained = Run(Recipe with { TestText = ["short.txt"] }, TrainingSteps.All);

        Assert.Equal(1, (double)trained.Release!.Metrics["lead"]!["float32"]!["agreement"]!);
    }

    [Theory]
    [InlineData("lead")]
    [InlineData("draft")]
    [InlineData("tagger")]
    [InlineData("refinement")]
    public void Run_TrainingWithASeedOfItsOwn_SaysThatNothingReadsIt(string training)
    {
        var recipe = Recipe;
        var changed = training switch
        {
            "lead" => recipe with { Lead = recipe.Lead with { FurtherTraining = [recipe.Lead.Training with { Seed = 5 }] } },
            "draft" => recipe with { Draft = recipe.Draft with { Training = recipe.Draft.Training with { Seed = 5 } } },
            "tagger" => recipe with { Tagger = recipe.Tagger! with { Seed = 5 } },
            _ => recipe with { Refinement = recipe.Refinement! with { Seed = 5 } },
        };

        Assert.Contains($"'{training}' has a 'seed' of its own, 5", Failure(changed), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_SizeThatCannotBeExported_NamesTheFieldBeforeAnythingIsTrained()
    {
        Assert.Contains("'lead.headDim'", Failure(Recipe with { Lead = Recipe.Lead with { HeadDim = 24 } }, TrainingSteps.All), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(_folder, "work")));
    }

    [Fact]
    public void Run_FileThatIsNotThere_NamesIt()
    {
        var error = Assert.Throws<RecipeInvalidException>(() => Run(Recipe with { Calls = "none.jsonl" }, TrainingSteps.Lead));
        Assert.Contains("none.jsonl", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_WorkFolderOfOtherDataOrSeed_IsRefused()
    {
        Run(Recipe, TrainingSteps.Lead);
        var longer = Recipe with { Lead = Recipe.Lead with { Training = Recipe.Lead.Training with { Steps = 8 } } };
        Run(longer, TrainingSteps.Lead); // more steps go on

        Assert.All(
            new[] { Recipe with { Seed = 18 }, Recipe with { Vocabulary = 290 }, Recipe with { Text = ["text.txt", "text.txt"] }, Recipe with { Draft = Recipe.Draft with { FeedForward = 64 } } },
            other => Assert.Contains("was begun with other", Failure(other), StringComparison.Ordinal));
        File.AppendAllLines(Path.Combine(_folder, "calls.jsonl"), ["""{"text":"call dora","label":"Call","slots":"O B-person"}"""]);
        Assert.Contains("'calls'", Failure(Recipe), StringComparison.Ordinal);

        File.Delete(Path.Combine(_folder, "work", "data.sha256")); // a folder of before says nothing of its data
        Run(longer, TrainingSteps.Lead);
        Assert.Contains("'seed'", Failure(Recipe with { Seed = 18 }), StringComparison.Ordinal);
    }

    private string Failure(LanguageModelRecipe recipe, TrainingSteps steps = TrainingSteps.Lead) => Assert.Throws<RecipeInvalidException>(() => Run(recipe, steps)).Message;

    private TrainingResult Run(LanguageModelRecipe recipe, TrainingSteps steps) => new LanguageModelRun(
        recipe with { Data = _folder }, TaskDefinition.Load(Path.Combine(Models, Name, "task.json")), Models, Path.Combine(_folder, "work"), new Listener(_told)).Run(steps);

    private static DecoderRecipe Decoder(int width, int layers, bool tied) => new()
    {
        Width = width,
        Layers = layers,
        Heads = 2,
        KvHeads = 1,
        HeadDim = 16,
        FeedForward = 32,
        MaxTokens = 64,
        Tied = tied,
        Training = new() { Steps = 6, TextFirst = 2, TextEvery = 3, TextTokens = 16, TextRows = 2, Requests = 4, WarmUp = 2 },
    };

    private sealed class Listener(List<string> told) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => told.Add(value.Message);
    }
}
