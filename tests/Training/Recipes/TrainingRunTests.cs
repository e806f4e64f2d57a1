using System.Text.Json;
using Understudy.Inference.Datasets;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;
using Understudy.Inference.Tasks;
using Understudy.Training.Corpora;
using Understudy.Training.Distillation;
using Understudy.Training.LanguageModels;
using Understudy.Training.Onnx;
using Understudy.Training.Recipes;

namespace Understudy.Training.Tests.Recipes;

/// <summary>A task of one's own, from a folder of labelled texts to answers.</summary>
public sealed class TrainingRunTests : IDisposable
{
    private const string Name = "own";
    private readonly string _folder = Directory.CreateTempSubdirectory("training-run").FullName;

    private string Models => Path.Combine(_folder, "models");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Run_FiveLabelsOfBanking77_AnswersNewTexts()
    {
        var data = PublicData.Folder("banking77");
        Assert.SkipWhen(data is null, $"There is no banking77. Name the folder that has it in {PublicData.Variable}.");
        var train = await ReadAsync(Path.Combine(data!, "banking77", "train.jsonl"));
        var labels = train.Select(record => record.Label!).Distinct().Order(StringComparer.Ordinal).Take(5).ToHashSet();
        var test = (await ReadAsync(Path.Combine(data!, "banking77", "test.jsonl"))).Where(record => labels.Contains(record.Label!)).ToList();

        var trained = Train([.. labels], train.Where(record => labels.Contains(record.Label!)));

        Assert.Empty(ReleaseValidator.Validate(trained.ReleaseFolder!));
        using var catalog = new ReleaseCatalog(Models);
        var pipeline = new JointInference(catalog);
        var answers = await pipeline.InferAsync(Name, [.. test.Select(record => new InferenceInput(record.Id ?? "", record.Text!))], TestContext.Current.CancellationToken);
        Assert.InRange(Share(answers, test), 0.85, 1);
        Assert.True(trained.Release!.Thresholds!.Certified);
        Assert.Equal([null, 2, null], trained.Release.Tiers.Select(tier => tier.Pool?.Count));
    }

    [Fact]
    public void Run_TooFewTextsForAPromise_LeavesEverythingToTheLeadAndSaysHowManyAreNeeded()
    {
        var texts = Greetings(60);

        var release = Train(["a", "b"], texts).Release!;

        Assert.False(release.Thresholds!.Certified);
        Assert.True(release.Thresholds.ExamplesNeeded > release.Thresholds.Examples);
        Assert.Equal(0, release.Thresholds.StudentShare);
    }

    [Fact]
    public void Run_TaskShortensInputs_LearnsFromAndCalibratesOnWhatIsServed()
    {
        List<DatasetRecord> texts = [.. Greetings(60).Select((record, i) => record with { Text = $"{record.Text} and much more, {Letters(59 - i)}, that is cut" })];

        var trained = Train(["a", "b"], texts, compression: "head:2");

        Assert.Equal("head:2", trained.Release!.Compression);
        using var catalog = new ReleaseCatalog(Models);
        using var lease = catalog.Acquire(Name);
        var linear = lease.Release.Students[0];
        float[] Score(string text)
        {
            var logits = new float[2];
            linear.Classifier.Score([text], logits);
            return logits;
        }

        var served = texts.ConvertAll(record => Score(lease.Release.Readable(record.Text!)));
        var kept = File.ReadLines(Path.Combine(trained.ReleaseFolder!, "calibration.jsonl")).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("logits").GetProperty(linear.Name).Deserialize<float[]>()!).ToList();
        Assert.NotEmpty(kept);
        Assert.All(kept, row => Assert.Contains(served, logits => Math.Abs(logits[0] - row[0]) < 1e-3 && Math.Abs(logits[1] - row[1]) < 1e-3));
    }

    [Fact]
    public void Run_TaskShortensInputsToWhatManyBeginWith_CountsEachOfThem()
    {
        var trained = Train(["a", "b"], Greetings(60).Select(record => record with { Text = $"hello there {record.Text}" }), compression: "head:2");

        Assert.Equal(trained.Release!.Thresholds!.Examples, File.ReadLines(Path.Combine(trained.ReleaseFolder!, "calibration.jsonl")).Count());
        Assert.Equal(6, trained.Release.Thresholds.Examples);
    }

    [Fact]
    public void Run_NothingToCalibrateOn_LeavesEverythingToTheLead()
    {
        var release = Train(["a", "b"], Greetings(8)).Release!;

        Assert.False(release.Thresholds!.Certified);
        Assert.Equal(0, release.Thresholds.Examples);
        Assert.All(release.Tiers, tier => Assert.True(tier.MillisecondsPerItem > 0));
    }

    [Theory]
    [InlineData(2, 0.1, 0.06, "fewer than 2 are left to learn from")]
    [InlineData(60, 0.6, 0.5, "fewer than 2 are left to learn from")]
    [InlineData(60, 1.5, 0.06, "'calibrationShare' is 1.5")]
    [InlineData(60, 0.1, -1, "'tuningShare' is -1")]
    public void Run_TooLittleIsLeftToLearnFrom_SaysSoBeforeAnythingIsTrained(int texts, double calibration, double tuning, string problem)
    {
        var error = Assert.Throws<RecipeInvalidException>(() =>
            Train(["a", "b"], Greetings(texts), change: recipe => recipe with { CalibrationShare = calibration, TuningShare = tuning }));

        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_RecipeWithTheNgramsWeight_LeadHasIt()
    {
        var texts = Greetings(60);

        var release = Train(["a", "b"], texts, change: recipe => recipe with { LeadNgramWeight = 7.5 }).Release!;

        Assert.Equal(7.5, release.Metrics!["leadParts"]!["ngramWeight"]!.GetValue<double>());
    }

    [Fact]
    public void Run_StepsOneByOne_MakeTheStudentThatAllTogetherMake()
    {
        var small = Path.Combine(_folder, "work", "small.weights");
        Train(["a", "b"], Greetings(60), steps: TrainingSteps.Lead | TrainingSteps.Distil);
        var together = File.ReadAllBytes(small);
        Train(["a", "b"], Greetings(60), steps: TrainingSteps.Distil);

        Assert.Equal(together, File.ReadAllBytes(small));
    }

    [Fact]
    public void Run_StudentThatSharesTheLeadsLayers_IsReleasedWithThem()
    {
        var texts = Greetings(60);

        var trained = Train(["a", "b"], texts, StudentStart.Shared);

        Assert.Empty(ReleaseValidator.Validate(trained.ReleaseFolder!));
        Assert.Equal(StudentStart.Shared, Understudy.Training.Recipes.Recipe.Load(Path.Combine(trained.ReleaseFolder!, "recipe.json")).SmallStart);
        Assert.Contains("\"smallStart\": \"shared\"", File.ReadAllText(Path.Combine(trained.ReleaseFolder!, "recipe.json")), StringComparison.Ordinal);
        Assert.InRange(trained.Release!.Tiers.Single(tier => tier.Name == "small").Parameters, 4_000_000, 5_500_000);
    }

    [Fact]
    public void Run_EveryMethodThatARecipeCanName_ReleasesTheBestOfTheSmallerModels()
    {
        var texts = (from number in Enumerable.Range(0, 240) select new DatasetRecord { Text = $"{(number % 2 == 0 ? "hello" : "goodbye")} {Letters(number)} {Letters(7 * number)}", Label = number % 2 == 0 ? "a" : "b" }).ToList();
        var said = new List<string>();
        var choices = new CompressionChoices { Precisions = [EncoderPrecision.Int8, EncoderPrecision.Int4], Kept = [1, 0.5], Passes = 1, MostLost = 5 };

        var trained = Train(
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
        Assert.DoesNotContain(Directory.EnumerateFiles(Path.Combine(_folder, "work")), file => file.EndsWith(".1.onnx", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Load_MailsDeliveredTwice_NoneIsInTwoParts(bool hasDev)
    {
        static string Mail(int number, string to) =>
            $"Received: from relay for {to}\nTo: {to}@example.org\nFrom: list@example.org\nSubject: issue {Letters(number)}\n\n{(number % 2 == 0 ? "hello" : "goodbye")} {Letters(number)}\n";
        static DatasetRecord Record(int number, string to) => new() { Text = Mail(number, to), Label = number % 2 == 0 ? "a" : "b" };
        WriteData(Enumerable.Range(0, 60).SelectMany(number => new[] { Record(number, "anna"), Record(number, "bert") }));
        if (hasDev)
        {
            WriteData(Enumerable.Range(40, 40).SelectMany(number => new[] { Record(number, "carl"), Record(number, "dora") }), "dev.jsonl");
        }

        var said = new List<string>();
        var task = Definition(["a", "b"]) with { Input = "mail" };
        var examples = Examples.Load(Understudy.Training.Recipes.Recipe.DefaultFor(task, _folder), task, said.Add, TestContext.Current.CancellationToken);

        string[] texts = [.. new[] { examples.Train, examples.Tuning, examples.Calibration }.SelectMany(part => part).Select(example => example.Text)];
        Assert.Equal(texts.Distinct(), texts);
        Assert.Equal(hasDev ? 80 : 60, texts.Length);
        Assert.Equal(hasDev ? 40 : 6, examples.Calibration.Count);
        Assert.Contains($"{(hasDev ? 80 : 60)} of 120 texts of train.jsonl read like another one and are not learned from", said);
    }

    [Theory]
    [InlineData("../other", "must be 1 to 64 letters, digits, dots or hyphens")]
    [InlineData("v1", "has a release 'v1' already")]
    public void Run_VersionThatCannotBe_SaysSoBeforeAnythingIsTrained(string version, string problem)
    {
        Directory.CreateDirectory(Path.Combine(Models, Name, "v1"));
        File.WriteAllText(Path.Combine(Models, Name, "v1", ReleaseManifest.FileName), "{}");

        Assert.Contains(problem, Assert.Throws<RecipeInvalidException>(() => Train(["a", "b"], Greetings(60), version: version)).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_folder, "work")));
    }

    [Fact]
    public void Run_TextsThatBeginAlike_AreTunedOnAllTheSame()
    {
        var texts = from number in Enumerable.Range(0, 60) select new DatasetRecord { Text = $"hello {number}", Label = number % 2 == 0 ? "a" : "b" };
        var said = new List<string>();

        Train(["a", "b"], texts, said: said, steps: default);

        Assert.Contains(said, message => message.Contains("'tuningShare' 0.06", StringComparison.Ordinal) && message.EndsWith("they are tuned on as they are", StringComparison.Ordinal));
        Assert.Contains(said, message => message.Contains("51 to train on, 3 to tune on", StringComparison.Ordinal));
    }

    [Fact]
    public void Run_LinesThatCannotBeLearnedFrom_AreToldOf()
    {
        var texts = Greetings(60).Append(new() { Text = "my money back", Label = "refund" }).Append(new() { Text = "hello again" });
        var said = new List<string>();

        Train(["a", "b"], texts, said: said, steps: default);

        Assert.Contains(said, message => message.StartsWith("1 of 62 lines of train.jsonl are left out; line 61: label 'refund'", StringComparison.Ordinal));
        Assert.Contains(said, message => message.StartsWith("1 of 62 lines of train.jsonl are left out; line 62: the line has no field 'label'", StringComparison.Ordinal));
    }

    [Fact]
    public void Run_NoLabelOfTheDataIsTheTasks_NamesThem()
    {
        var error = Assert.Throws<RecipeInvalidException>(() => Train(["A", "B"], Greetings(60), steps: default));
        Assert.Contains("line 1: label 'a' is not one of the task's labels", error.Message, StringComparison.Ordinal);

        error = Assert.Throws<RecipeInvalidException>(() => Train(["A", "B"], Greetings(60), change: recipe => recipe with { Corpus = Understudy.Training.Recipes.Recipe.MailCorpus }, steps: default));
        Assert.Contains("theirs are 'personal', 'newsletter', 'spam'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Default_OfMailsAndOfTexts_NewInputsAreMadeOfTextsAlone()
    {
        var task = Definition(["a", "b"]);

        Assert.True(Understudy.Training.Recipes.Recipe.DefaultFor(task, "").JoinStudents);
        Assert.Equal((3, 0), (Understudy.Training.Recipes.Recipe.DefaultFor(task, "").NewInputs, Understudy.Training.Recipes.Recipe.DefaultFor(task with { Input = "mail" }, "").NewInputs));
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
        WriteData(Greetings(60));
        var path = Path.Combine(_folder, "recipe.json");
        File.WriteAllText(path, "{\"task\":\"own\"," + fields[1..]);
        var recipe = Understudy.Training.Recipes.Recipe.Load(path) with { Data = _folder };

        var error = Assert.Throws<RecipeInvalidException>(() => new TrainingRun(recipe, Definition(["a", "b"]), Models, Path.Combine(_folder, "work")).Run(TrainingSteps.All));

        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_folder, "work")));
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
                RecipeRules.Check(Understudy.Training.Recipes.Recipe.Load(path));
            }
        });
    }

    [Fact]
    public void Run_WithoutEarlierSteps_NamesTheStepThatIsMissing()
    {
        WriteData(Greetings(8));

        var error = Assert.Throws<RecipeInvalidException>(() => new TrainingRun(Recipe(["a", "b"]), Definition(["a", "b"]), Models, Path.Combine(_folder, "work")).Run(TrainingSteps.Distil));

        Assert.Contains("lead", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_LaterStepsWithAnotherSplit_AreRefusedUntilALeadHasLearnedFromIt()
    {
        var texts = Greetings(60).ToList();
        Train(["a", "b"], texts);
        string Failure(IEnumerable<DatasetRecord> records, Func<Recipe, Recipe> change, TrainingSteps steps) =>
            Assert.Throws<RecipeInvalidException>(() => Train(["a", "b"], records, change: change, steps: steps)).Message;

        Assert.All(new[] { TrainingSteps.Distil, TrainingSteps.Compress, TrainingSteps.Release }, steps =>
            Assert.Contains("another split", Failure(texts, recipe => recipe with { CalibrationShare = 0.3 }, steps), StringComparison.Ordinal));
        Assert.Contains("or this version splits them otherwise. Run the step 'lead' first", Failure(texts, recipe => recipe with { Seed = 5 }, TrainingSteps.Release), StringComparison.Ordinal);
        Assert.Contains("another split", Failure(texts.Append(new() { Text = "hello again", Label = "a" }), recipe => recipe, TrainingSteps.Release), StringComparison.Ordinal);
        Assert.Equal("v2", Train(["a", "b"], texts, steps: TrainingSteps.Release).Release!.Version);

        Train(["a", "b"], texts, change: recipe => recipe with { CalibrationShare = 0.3 }, steps: TrainingSteps.Lead);
        Assert.All(new[] { TrainingSteps.Compress, TrainingSteps.Release }, steps =>
            Assert.Contains("Run the step 'distil' first", Failure(texts, recipe => recipe with { CalibrationShare = 0.3 }, steps), StringComparison.Ordinal));
    }

    [Fact]
    public void Run_LaterStepsWithAnotherRecipe_AreRefusedUntilTheStepThatReadsItHasRun()
    {
        var texts = Greetings(60).ToList();
        string Failure(Func<Recipe, Recipe> change, TrainingSteps steps) =>
            Assert.Throws<RecipeInvalidException>(() => Train(["a", "b"], texts, change: change, steps: steps)).Message;
        Train(["a", "b"], texts, steps: TrainingSteps.Lead);

        var wide = Failure(recipe => recipe with { LeadNgrams = recipe.LeadNgrams with { Buckets = 1 << 13 } }, TrainingSteps.Distil);
        Assert.Contains("'leadNgrams'", wide, StringComparison.Ordinal);
        Assert.Contains("Run the step 'lead' first", wide, StringComparison.Ordinal);
        Train(["a", "b"], texts, change: recipe => recipe with { NewInputs = 0 }, steps: TrainingSteps.Distil);
        Assert.All(new[] { TrainingSteps.Compress, TrainingSteps.Release }, steps =>
            Assert.Contains("the step 'distil' has run with other values of 'smallStart', 'newInputs'", Failure(recipe => recipe with { SmallStart = StudentStart.Layers }, steps), StringComparison.Ordinal));

        Train(["a", "b"], texts);
        Recipe Smaller(Recipe recipe) => recipe with { Compression = new Dictionary<string, CompressionChoices> { ["lead"] = new() { Ngrams = [1, 0] } } };
        var narrow = Failure(Smaller, TrainingSteps.Release);
        Assert.Contains("'compression'", narrow, StringComparison.Ordinal);
        Assert.Contains("Run the step 'compress' first", narrow, StringComparison.Ordinal);
        Assert.Equal("v2", Train(["a", "b"], texts, change: Smaller, steps: TrainingSteps.Compress | TrainingSteps.Release).Release!.Version);
    }

    private static IEnumerable<DatasetRecord> Greetings(int texts) =>
        from number in Enumerable.Range(0, texts) select new DatasetRecord { Text = $"{(number % 2 == 0 ? "hello" : "goodbye")} {Letters(number)}", Label = number % 2 == 0 ? "a" : "b" };

    private static string Letters(int number) => $"{(char)('a' + (number % 26))}{(char)('a' + (number / 26))}";

    private TrainingResult Train(IReadOnlyList<string> labels, IEnumerable<DatasetRecord> records, StudentStart start = StudentStart.Projected, Func<Recipe, Recipe>? change = null, List<string>? said = null, TrainingSteps steps = TrainingSteps.All, string? version = null, string? compression = null)
    {
        WriteData(records);
        var task = Definition(labels) with { Compression = compression };
        Directory.CreateDirectory(Path.Combine(Models, Name));
        File.WriteAllText(Path.Combine(Models, Name, "task.json"), JsonSerializer.Serialize(task, JsonSerializerOptions.Web));
        var recipe = Recipe(labels) with { SmallStart = start };
        return new TrainingRun(change?.Invoke(recipe) ?? recipe, task, Models, Path.Combine(_folder, "work"), said is null ? null : new Listener(said)).Run(steps, version, TestContext.Current.CancellationToken);
    }

    private void WriteData(IEnumerable<DatasetRecord> records, string file = "train.jsonl") =>
        File.WriteAllLines(Path.Combine(_folder, file), records.Select(record => JsonSerializer.Serialize(new { text = record.Text, label = record.Label })));

    private static TaskDefinition Definition(IReadOnlyList<string> labels) =>
        new() { Name = Name, Kind = "classification", Labels = labels, Guarantee = new(0.1, 0.2) };

    /// <summary>The default recipe in a fraction of its time.</summary>
    private Recipe Recipe(IReadOnlyList<string> labels)
    {
        var recipe = Understudy.Training.Recipes.Recipe.DefaultFor(Definition(labels), _folder);
        var small = new Understudy.Inference.Features.NgramOptions { Buckets = 1 << 14, TextLimit = 1024, FeatureLimit = 1024 };
        return recipe with
        {
            Lead = recipe.Lead with { Epochs = 2 },
            Small = recipe.Small with { Epochs = 2 },
            LeadTokens = 64,
            LeadTrainingTokens = 32,
            LeadNgrams = small,
            LinearNgrams = small,
            LeadLinear = recipe.LeadLinear with { Epochs = 5 },
            Linear = recipe.Linear with { Epochs = 5 },
        };
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

    private sealed class Listener(List<string> said) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => said.Add(value.Message);
    }
}
