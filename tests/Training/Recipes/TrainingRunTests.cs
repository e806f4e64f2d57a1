using Understudy.Inference.Datasets;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;
using Understudy.Training.Corpora;
using Understudy.Training.Distillation;
using Understudy.Training.LanguageModels;
using Understudy.Training.Onnx;
using Understudy.Training.Recipes;

namespace Understudy.Training.Tests.Recipes;

/// <summary>A task of one's own, from a folder of labelled texts to answers.</summary>
public sealed class TrainingRunTests : IDisposable
{
    private readonly OwnTask _own = new();

    public void Dispose() => _own.Dispose();

    [Fact]
    public async Task Run_FiveLabelsOfBanking77_AnswersNewTexts()
    {
        var data = PublicData.Folder("banking77");
        Assert.SkipWhen(data is null, $"There is no banking77. Name the folder that has it in {PublicData.Variable}.");
        var train = await ReadAsync(Path.Combine(data!, "banking77", "train.jsonl"));
        var labels = train.Select(record => record.Label!).Distinct().Order(StringComparer.Ordinal).Take(5).ToHashSet();
        var test = (await ReadAsync(Path.Combine(data!, "banking77", "test.jsonl"))).Where(record => labels.Contains(record.Label!)).ToList();

        var trained = _own.Train([.. labels], train.Where(record => labels.Contains(record.Label!)));

        Assert.Empty(ReleaseValidator.Validate(trained.ReleaseFolder!));
        using var catalog = new ReleaseCatalog(_own.Models);
        var pipeline = new JointInference(catalog);
        var answers = await pipeline.InferAsync(OwnTask.Name, [.. test.Select(record => new InferenceInput(record.Id ?? "", record.Text!))], TestContext.Current.CancellationToken);
        Assert.InRange(Share(answers, test), 0.85, 1);
        Assert.True(trained.Release!.Thresholds!.Certified);
        Assert.Equal([null, 2, null], trained.Release.Tiers.Select(tier => tier.Pool?.Count));
    }

    [Fact]
    public void Run_TooFewTextsForAPromise_LeavesEverythingToTheLeadAndSaysHowManyAreNeeded()
    {
        var texts = OwnTask.Greetings(60);

        var release = _own.Train(["a", "b"], texts).Release!;

        Assert.False(release.Thresholds!.Certified);
        Assert.True(release.Thresholds.ExamplesNeeded > release.Thresholds.Examples);
        Assert.Equal(0, release.Thresholds.StudentShare);
    }

    [Fact]
    public void Run_NothingToCalibrateOn_LeavesEverythingToTheLead()
    {
        var release = _own.Train(["a", "b"], OwnTask.Greetings(8)).Release!;

        Assert.False(release.Thresholds!.Certified);
        Assert.Equal(0, release.Thresholds.Examples);
        Assert.All(release.Tiers, tier => Assert.True(tier.MillisecondsPerItem > 0));
    }

    [Fact]
    public void Run_RecipeWithTheNgramsWeight_LeadHasIt()
    {
        var texts = OwnTask.Greetings(60);

        var release = _own.Train(["a", "b"], texts, change: recipe => recipe with { LeadNgramWeight = 7.5 }).Release!;

        Assert.Equal(7.5, release.Metrics!["leadParts"]!["ngramWeight"]!.GetValue<double>());
    }

    [Fact]
    public void Run_StepsOneByOne_MakeTheStudentThatAllTogetherMake()
    {
        var small = Path.Combine(_own.Work, "small.weights");
        _own.Train(["a", "b"], OwnTask.Greetings(60), steps: TrainingSteps.Lead | TrainingSteps.Distil);
        var together = File.ReadAllBytes(small);
        _own.Train(["a", "b"], OwnTask.Greetings(60), steps: TrainingSteps.Distil);

        Assert.Equal(together, File.ReadAllBytes(small));
    }

    [Fact]
    public void Run_StudentThatSharesTheLeadsLayers_IsReleasedWithThem()
    {
        var texts = OwnTask.Greetings(60);

        var trained = _own.Train(["a", "b"], texts, StudentStart.Shared);

        Assert.Empty(ReleaseValidator.Validate(trained.ReleaseFolder!));
        Assert.Equal(StudentStart.Shared, Recipe.Load(Path.Combine(trained.ReleaseFolder!, "recipe.json")).SmallStart);
        Assert.Contains("\"smallStart\": \"shared\"", File.ReadAllText(Path.Combine(trained.ReleaseFolder!, "recipe.json")), StringComparison.Ordinal);
        Assert.InRange(trained.Release!.Tiers.Single(tier => tier.Name == "small").Parameters, 4_000_000, 5_500_000);
    }

    [Fact]
    public void Run_EveryMethodThatARecipeCanName_ReleasesTheBestOfTheSmallerModels()
    {
        var texts = (from number in Enumerable.Range(0, 240) select new DatasetRecord { Text = $"{(number % 2 == 0 ? "hello" : "goodbye")} {OwnTask.Letters(number)} {OwnTask.Letters(7 * number)}", Label = number % 2 == 0 ? "a" : "b" }).ToList();
        var said = new List<string>();
        var choices = new CompressionChoices { Precisions = [EncoderPrecision.Int8, EncoderPrecision.Int4], Kept = [1, 0.5], Passes = 1, MostLost = 5 };

        var trained = _own.Train(
            ["a", "b"],
            texts,
            change: recipe => recipe with
            {
                NewInputs = 1,
                Novelty = 0.95,
                SmallPretraining = new() { Epochs = 1, BatchTexts = 16 },
                LeadTokens = 128,
                Small = recipe.Small with { AttentionWeight = 1 },
                Compression = new Dictionary<string, CompressionChoices> { ["small"] = choices, ["lead"] = choices with { Kept = [0.5], Ngrams = [0.5, 0] } },
            },
            said: said);

        var folder = trained.ReleaseFolder!;
        Assert.Empty(ReleaseValidator.Validate(folder));
        var compression = trained.Release!.Metrics!["compression"]!;
        // Beside each model as it was trained: two precisions, whole and pruned; two precisions of the pruned lead with half of its n-grams and with none.
        Assert.Equal((5, 5), (compression["small"]!.AsArray().Count, compression["lead"]!.AsArray().Count));
        foreach (var name in new[] { "small", "lead" })
        {
            var chosen = compression[name]!.AsArray().Single(way => (bool)way!["chosen"]!)!;
            var tier = trained.Release.Tiers.Single(tier => tier.Name == name);
            Assert.Equal((long)chosen["parameters"]!, tier.Parameters);
            Assert.Equal((long)chosen["bytes"]!, new FileInfo(Path.Combine(folder, tier.Model)).Length);
            Assert.True((long)chosen["bytes"]! < (long)compression[name]![0]!["bytes"]! / 2);
            Assert.Equal((int?)chosen["ngrams"]?["buckets"], tier.Ngrams?.Buckets);
            Assert.True(File.Exists(Path.Combine(folder, $"{name}-compression.png")));
        }

        Assert.Contains(said, message => message.EndsWith("are novel", StringComparison.Ordinal) && !message.StartsWith("0 of", StringComparison.Ordinal));
        Assert.Contains(trained.Plots, plot => plot.EndsWith("lead-compression.png", StringComparison.Ordinal));
        Assert.DoesNotContain(Directory.EnumerateFiles(_own.Work), file => file.EndsWith(".1.onnx", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("../other", "must be 1 to 64 letters, digits, dots or hyphens")]
    [InlineData("v1", "has a release 'v1' already")]
    public void Run_VersionThatCannotBe_SaysSoBeforeAnythingIsTrained(string version, string problem)
    {
        Directory.CreateDirectory(Path.Combine(_own.Models, OwnTask.Name, "v1"));
        File.WriteAllText(Path.Combine(_own.Models, OwnTask.Name, "v1", ReleaseManifest.FileName), "{}");

        Assert.Contains(problem, Assert.Throws<RecipeInvalidException>(() => _own.Train(["a", "b"], OwnTask.Greetings(60), version: version)).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_own.Work));
    }

    [Fact]
    public void Default_OfMailsAndOfTexts_NewInputsAreMadeOfTextsAlone()
    {
        var task = OwnTask.Definition(["a", "b"]);

        Assert.True(Recipe.DefaultFor(task, "").JoinStudents);
        Assert.Equal((3, 0), (Recipe.DefaultFor(task, "").NewInputs, Recipe.DefaultFor(task with { Input = "mail" }, "").NewInputs));
    }

    [Theory]
    [InlineData("""{"linearNgrams":{"buckets":100000}}""", "'linearNgrams.buckets' is 100000; it must be a power of two")]
    [InlineData("""{"leadNgrams":{"textLimit":0}}""", "'leadNgrams.textLimit' is 0; it must be at least 1")]
    [InlineData("""{"small":{"batchTexts":0}}""", "'small.batchTexts' is 0; it must be at least 1")]
    [InlineData("""{"small":{"softTargetTemperature":0}}""", "'small.softTargetTemperature' is 0; it must be above 0")]
    [InlineData("""{"lead":{"epochs":0}}""", "'lead.epochs' is 0; it must be at least 1")]
    [InlineData("""{"lead":{"rate":1e999}}""", "'lead.rate' is Infinity; it must be above 0")]
    [InlineData("""{"leadLinear":{"rate":-0.3}}""", "'leadLinear.rate' is -0.3; it must be above 0")]
    [InlineData("""{"linear":{"ratioShare":2}}""", "'linear.ratioShare' is 2; it must be 0 to 1")]
    [InlineData("""{"linearSoftTargetShare":5}""", "'linearSoftTargetShare' is 5; it must be 0 to 1")]
    [InlineData("""{"leadTokens":64}""", "'leadTrainingTokens' is 128; it must be 1 to 64 ('leadTokens')")]
    [InlineData("""{"leadNgramWeight":-1}""", "'leadNgramWeight' is -1; it must be 0 or more")]
    [InlineData("""{"smallPretraining":{"rate":0}}""", "'smallPretraining.rate' is 0; it must be above 0")]
    [InlineData("""{"smallPretraining":{"temperature":1e999}}""", "'smallPretraining.temperature' is Infinity; it must be above 0")]
    [InlineData("""{"smallPretraining":{"batchTexts":1}}""", "'smallPretraining.batchTexts' is 1; it must be 2 or more")]
    [InlineData("""{"compression":{"small":null}}""", "'compression.small' is null")]
    [InlineData("""{"compression":{"small":{"rate":0}}}""", "'compression.small.rate' is 0; it must be above 0")]
    [InlineData("""{"compression":{"lead":{"mostLost":-1}}}""", "'compression.lead.mostLost' is -1; it must be 0 or more")]
    [InlineData("""{"compression":{"lead":{"lambda":-1}}}""", "'compression.lead.lambda' is -1; it must be 0 or more")]
    public void Run_NumberThatCannotBe_NamesTheFieldBeforeAnythingIsTrained(string fields, string problem)
    {
        _own.WriteData(OwnTask.Greetings(60));
        var path = Path.Combine(_own.Folder, "recipe.json");
        File.WriteAllText(path, "{\"task\":\"own\"," + fields[1..]);
        var recipe = Recipe.Load(path) with { Data = _own.Folder };

        var error = Assert.Throws<RecipeInvalidException>(() => new TrainingRun(recipe, OwnTask.Definition(["a", "b"]), _own.Models, _own.Work).Run(TrainingSteps.All));

        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_own.Work));
    }

    [Fact]
    public void Load_RecipesOfThisRepository_AreRead()
    {
        var all = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "recipes"), "recipe.json", SearchOption.AllDirectories);

        Assert.NotEmpty(all);
        Assert.All(all, path =>
        {
            if (LanguageModelRecipe.IsOne(path))
            {
                LanguageModelRules.Check(LanguageModelRecipe.Load(path));
            }
            else
            {
                RecipeRules.Check(Recipe.Load(path));
            }
        });
    }

    [Fact]
    public void Run_WithoutEarlierSteps_NamesTheStepThatIsMissing()
    {
        _own.WriteData(OwnTask.Greetings(8));

        var error = Assert.Throws<RecipeInvalidException>(() => new TrainingRun(_own.QuickRecipe(["a", "b"]), OwnTask.Definition(["a", "b"]), _own.Models, _own.Work).Run(TrainingSteps.Distil));

        Assert.Contains("lead", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_LaterStepsWithAnotherSplit_AreRefusedUntilALeadHasLearnedFromIt()
    {
        var texts = OwnTask.Greetings(60).ToList();
        _own.Train(["a", "b"], texts);
        string Failure(IEnumerable<DatasetRecord> records, Func<Recipe, Recipe> change, TrainingSteps steps) =>
            Assert.Throws<RecipeInvalidException>(() => _own.Train(["a", "b"], records, change: change, steps: steps)).Message;

        Assert.All(new[] { TrainingSteps.Distil, TrainingSteps.Compress, TrainingSteps.Release }, steps =>
            Assert.Contains("another split", Failure(texts, recipe => recipe with { CalibrationShare = 0.3 }, steps), StringComparison.Ordinal));
        Assert.Contains("or this version splits them otherwise. Run the step 'lead' first", Failure(texts, recipe => recipe with { Seed = 5 }, TrainingSteps.Release), StringComparison.Ordinal);
        Assert.Contains("another split", Failure(texts.Append(new() { Text = "hello again", Label = "a" }), recipe => recipe, TrainingSteps.Release), StringComparison.Ordinal);
        Assert.Equal("v2", _own.Train(["a", "b"], texts, steps: TrainingSteps.Release).Release!.Version);

        _own.Train(["a", "b"], texts, change: recipe => recipe with { CalibrationShare = 0.3 }, steps: TrainingSteps.Lead);
        Assert.All(new[] { TrainingSteps.Compress, TrainingSteps.Release }, steps =>
            Assert.Contains("Run the step 'distil' first", Failure(texts, recipe => recipe with { CalibrationShare = 0.3 }, steps), StringComparison.Ordinal));
    }

    [Fact]
    public void Run_LaterStepsWithAnotherRecipe_AreRefusedUntilTheStepThatReadsItHasRun()
    {
        var texts = OwnTask.Greetings(60).ToList();
        string Failure(Func<Recipe, Recipe> change, TrainingSteps steps) =>
            Assert.Throws<RecipeInvalidException>(() => _own.Train(["a", "b"], texts, change: change, steps: steps)).Message;
        _own.Train(["a", "b"], texts, steps: TrainingSteps.Lead);

        var wide = Failure(recipe => recipe with { LeadNgrams = recipe.LeadNgrams with { Buckets = 1 << 13 } }, TrainingSteps.Distil);
        Assert.Contains("'leadNgrams'", wide, StringComparison.Ordinal);
        Assert.Contains("Run the step 'lead' first", wide, StringComparison.Ordinal);
        _own.Train(["a", "b"], texts, change: recipe => recipe with { NewInputs = 0 }, steps: TrainingSteps.Distil);
        Assert.All(new[] { TrainingSteps.Compress, TrainingSteps.Release }, steps =>
            Assert.Contains("the step 'distil' has run with other values of 'smallStart', 'newInputs'", Failure(recipe => recipe with { SmallStart = StudentStart.Layers }, steps), StringComparison.Ordinal));

        _own.Train(["a", "b"], texts);
        Recipe Smaller(Recipe recipe) => recipe with { Compression = new Dictionary<string, CompressionChoices> { ["lead"] = new() { Ngrams = [1, 0] } } };
        var narrow = Failure(Smaller, TrainingSteps.Release);
        Assert.Contains("'compression'", narrow, StringComparison.Ordinal);
        Assert.Contains("Run the step 'compress' first", narrow, StringComparison.Ordinal);
        Assert.Equal("v2", _own.Train(["a", "b"], texts, change: Smaller, steps: TrainingSteps.Compress | TrainingSteps.Release).Release!.Version);
    }

    private static double Share(IReadOnlyList<Answer> answers, List<DatasetRecord> records) =>
        answers.Zip(records).Count(pair => pair.First.Label == pair.Second.Label) / (double)records.Count;

    private static async Task<List<DatasetRecord>> ReadAsync(string path)
    {
        await using var stream = File.OpenRead(path);
        var records = new List<DatasetRecord>();
        await foreach (var line in DatasetReader.ReadAsync(stream, TestContext.Current.CancellationToken))
        {
            if (line.Record is { Text: not null, Label: not null } record)
            {
                records.Add(record);
            }
        }

        return records;
    }
}
