using System.Text.Json;
using Understudy.Inference.Classification;
using Understudy.Inference.Datasets;
using Understudy.Inference.Features;
using Understudy.Inference.Linear;
using Understudy.Inference.Releases;
using Understudy.Inference.Tokenization;
using Understudy.Training.Corpora;
using Understudy.Training.Encoders;
using Understudy.Training.Linear;
using Understudy.Training.Onnx;
using Understudy.Training.Pretrained;
using Understudy.Training.Recipes;
using Understudy.Training.Retraining;
using TextEncoder = Understudy.Training.Encoders.TextEncoder;

namespace Understudy.Training.Tests.Retraining;

/// <summary>A student that knows two words of four learns the others from the lead's answers.</summary>
public sealed class StudentRetrainingTests : IDisposable
{
    private static readonly string[] Words = ["win", "agenda", "refund", "invoice"];
    private static readonly NgramOptions Ngrams = new() { Buckets = 4096, MaxWords = 1, MaxChars = 0 };

    private readonly string _root = Directory.CreateTempSubdirectory("understudy-retraining-").FullName;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Run_LessonsOfNewWords_TeachesThemAndKeepsTheGuarantee(bool fromServing)
    {
        var files = Files(withStudent: true, lessons: 600, calibration: 400);

        var manifest = new StudentRetraining(new() { FromServing = fromServing }).Run(files, TestContext.Current.CancellationToken);

        Assert.True(manifest.Thresholds.Certified);
        Assert.InRange(manifest.Thresholds.StudentShare, 0.99, 1);
        Assert.Equal(["student", "lead"], manifest.Tiers.Select(tier => tier.Name));
        using var student = LinearClassifier.Load(Path.Combine(files.Output, "student.bin"));
        var logits = new float[8];
        student.Score(["a refund", "an invoice", "you win", "the agenda"], logits);
        Assert.True(logits[1] > logits[0] && logits[2] > logits[3] && logits[5] > logits[4] && logits[6] > logits[7]);
        Assert.Equal(400, File.ReadLines(Path.Combine(files.Output, "calibration.jsonl")).Count());
    }

    [Fact]
    public void Run_ReleaseWithoutALinearStudent_GetsOneInFront()
    {
        var files = Files(withStudent: false, lessons: 600, calibration: 400);

        var manifest = new StudentRetraining(new()).Run(files, TestContext.Current.CancellationToken);

        Assert.Equal([("linear", "student"), ("lead", "lead")], manifest.Tiers.Select(tier => (tier.Name, tier.Role)));
        Assert.True(manifest.Thresholds.Certified);
    }

    [Fact]
    public void Run_AnotherStudentBehindIt_JoinsWhatTheNewOneSays()
    {
        var files = Files(withStudent: true, lessons: 600, calibration: 400, second: true);

        var manifest = new StudentRetraining(new()).Run(files, TestContext.Current.CancellationToken);

        // The second knows half of the words, the new one all of them.
        Assert.Equal([null, 2, null], manifest.Tiers.Select(tier => tier.Pool?.Count));
        Assert.InRange(manifest.Tiers[1].Pool![0], 0.3, 20);
    }

    [Theory]
    [InlineData(100, true)]
    [InlineData(600, false)]
    public void Run_TooFewToJoinStudentsOnOrNoneJoinedBefore_LetsEachSpeakForItself(int lessons, bool joined)
    {
        var files = Files(withStudent: true, lessons, calibration: 400, second: true, joined);

        var manifest = new StudentRetraining(new()).Run(files, TestContext.Current.CancellationToken);

        Assert.All(manifest.Tiers, tier => Assert.Null(tier.Pool));
    }

    [Fact]
    public void Run_TooFewForTheGuarantee_LetsNoStudentAnswer()
    {
        var manifest = new StudentRetraining(new()).Run(Files(withStudent: true, lessons: 100, calibration: 50), TestContext.Current.CancellationToken);

        Assert.False(manifest.Thresholds.Certified);
        Assert.All(manifest.Tiers.Where(tier => tier.Role == "student"), tier => Assert.True(tier.Threshold > 1));
    }

    [Fact]
    public void Run_NothingToChooseThresholdsOn_SaysSo()
    {
        var error = Assert.Throws<RecipeInvalidException>(() => new StudentRetraining(new()).Run(Files(withStudent: true, lessons: 100, calibration: 0)));

        Assert.Contains("0 to choose thresholds on", error.Message);
    }

    [Theory]
    [InlineData(true, "goes on from v1")]
    [InlineData(false, "begins anew")]
    public void Run_NeuralStudentNamed_LearnsTheNewWordsAndIsStoredAsItWas(bool fromServing, string account)
    {
        var files = Files(withStudent: true, lessons: 600, calibration: 400, neural: EncoderPrecision.Int8);
        NameStudents("""["student", "small"]""", passes: 6);

        var manifest = new StudentRetraining(new() { FromServing = fromServing, EncoderRate = 3e-3 }).Run(files, TestContext.Current.CancellationToken);

        Assert.Contains($"'small' {account}", manifest.Recipe, StringComparison.Ordinal);
        Assert.Contains("'student'", manifest.Recipe, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(files.Output, "student.bin")));
        var (before, after) = (Path.Combine(files.Release, "small.onnx"), Path.Combine(files.Output, "small.onnx"));
        Assert.Equal(EncoderPrecision.Int8, EncoderImport.Load(after).Precision);
        Assert.InRange(new FileInfo(after).Length, new FileInfo(before).Length - 200, new FileInfo(before).Length + 200);
        Assert.True(manifest.Thresholds.Certified);
        var small = Classifier(after);
        using (small)
        {
            var logits = new float[8];
            small.Score(["refund n1", "invoice n2", "win n3", "agenda n4"], logits);
            Assert.True(logits[1] > logits[0] && logits[2] > logits[3] && logits[5] > logits[4] && logits[6] > logits[7], string.Join(' ', logits));
        }
    }

    [Fact]
    public void Run_NeuralStudentThatHasNothingToLearn_StaysAndTravelsNowhere()
    {
        var files = Files(withStudent: true, lessons: 600, calibration: 400, neural: EncoderPrecision.Float32);
        NameStudents("""["small"]""", passes: 1);

        // A rate at which whatever was known is lost.
        var manifest = new StudentRetraining(new() { EncoderRate = 0.3 }).Run(files, TestContext.Current.CancellationToken);

        Assert.Contains("'small' stays", manifest.Recipe, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(files.Output, "small.onnx")));
        Assert.False(File.Exists(Path.Combine(files.Output, "student.bin")));
        Assert.Equal(["student", "small", "lead"], manifest.Tiers.Select(tier => tier.Name));
    }

    [Fact]
    public void Run_StudentThatThereIsNot_NamesThoseThatThereAre()
    {
        var files = Files(withStudent: true, lessons: 600, calibration: 400);
        NameStudents("""["large"]""", passes: 1);

        var error = Assert.Throws<RecipeInvalidException>(() => new StudentRetraining(new()).Run(files, TestContext.Current.CancellationToken));

        Assert.Contains("'large', and release v1 has student", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_GoingOn_KeepsWhatWasKnown()
    {
        var targets = new[] { new[] { 0f, 1f }, [1f, 0f] };
        var first = new LinearTrainer(Ngrams, new()).Train(["you win", "the agenda"], targets);

        var second = new LinearTrainer(Ngrams, new() { Epochs = 4, Rate = 0.1f }).Train(["a refund", "an invoice"], targets, from: first);

        using var classifier = new LinearClassifier("student", second);
        var logits = new float[8];
        classifier.Score(["you win", "the agenda", "a refund", "an invoice"], logits);
        Assert.True(logits[1] > logits[0] && logits[2] > logits[3] && logits[5] > logits[4] && logits[6] > logits[7]);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private RetrainFiles Files(bool withStudent, int lessons, int calibration, bool second = false, bool joined = true, EncoderPrecision? neural = null)
    {
        var release = Path.Combine(_root, "task", "v1");
        Directory.CreateDirectory(release);
        Model("win", "agenda").Save(Path.Combine(release, "student.bin"));
        Model("win refund", "agenda invoice").Save(Path.Combine(release, "lead.bin"));
        List<TierManifest> tiers = [new() { Name = "lead", Role = "lead", Kind = "linear", Model = "lead.bin", MillisecondsPerItem = 5 }];
        if (withStudent)
        {
            tiers.Insert(0, new() { Name = "student", Role = "student", Kind = "linear", Model = "student.bin", Threshold = 0.9 });
        }

        if (second)
        {
            tiers.Insert(1, new() { Name = "second", Role = "student", Kind = "linear", Model = "second.bin", Threshold = 0.9, Pool = joined ? [1, 1] : null });
            Model("win", "agenda").Save(Path.Combine(release, "second.bin"));
        }

        if (neural is { } precision)
        {
            var package = new SentenceEncoderPackage(Path.Combine(NpmPackages.Find(LeadStep.Package), "dist"));
            package.Tokenizer.Save(Path.Combine(release, "tokenizer.json"));
            Small(package.Tokenizer, Path.Combine(release, "small.onnx"), precision);
            tiers.Insert(1, new() { Name = "small", Role = "student", Kind = "encoder", Model = "small.onnx", Tokenizer = "tokenizer.json", MaxTokens = 16, Threshold = 0.9 });
        }

        ReleaseWriter.Write(release, new()
        {
            Task = "task",
            Version = "v1",
            CreatedAt = DateTimeOffset.UnixEpoch,
            Kind = "classification",
            Labels = ["ham", "spam"],
            Guarantee = new(0.01, 0.05),
            Thresholds = new(),
            Tiers = tiers,
        });
        var output = Path.Combine(_root, "out");
        Directory.CreateDirectory(output);
        return new(release, Lessons("train.jsonl", lessons, 0), Lessons("calibration.jsonl", calibration, 10_000), output);
    }

    private void NameStudents(string students, int passes) => File.WriteAllText(
        Path.Combine(_root, "task", "task.json"),
        $$"""{ "name": "task", "kind": "classification", "labels": ["ham", "spam"], "guarantee": { "epsilon": 0.01, "delta": 0.05 }, "retraining": { "students": {{students}}, "passes": {{passes}} } }""");

    /// <summary>One that knows the first two words.</summary>
    private static void Small(SentencePieceEncoder tokenizer, string path, EncoderPrecision precision)
    {
        TorchSharp.torch.random.manual_seed(17);
        using var model = new TextEncoder(new(8002, 16, 16, 32, 1, 2, 16), 2, 0);
        new EncoderTrainer("small", model, new() { Epochs = 10, Rate = 3e-3 }).Train(
            [.. Enumerable.Range(0, 200).Select(i => new TokenizedText(tokenizer.Encode($"{Words[i % 2]} n{i}", 16), 1 - (i % 2)))], []);
        new EncoderExport(model, precision).Save(path);
    }

    private static EncoderClassifier Classifier(string path) => new(
        "small", EncoderClassifier.Open(path), path, new SentenceEncoderPackage(Path.Combine(NpmPackages.Find(LeadStep.Package), "dist")).Tokenizer.Encode, 16, null);

    private static LinearModel Model(string spam, string ham) => new LinearTrainer(Ngrams, new() { Epochs = 50 })
        .Train([.. spam.Split(' '), .. ham.Split(' ')], [.. spam.Split(' ').Select(_ => new[] { 0f, 1f }), .. ham.Split(' ').Select(_ => new[] { 1f, 0f })]);

    private string Lessons(string name, int count, int first)
    {
        var path = Path.Combine(_root, name);
        File.WriteAllLines(path, Enumerable.Range(first, count).Select(i => JsonSerializer.Serialize(
            new DatasetRecord { Id = $"{i}", Text = $"{Words[i % 4]} n{i}", Teacher = new() { Label = i % 2 == 0 ? "spam" : "ham", Probabilities = new Dictionary<string, double> { ["spam"] = i % 2 == 0 ? 0.9 : 0.1, ["ham"] = i % 2 == 0 ? 0.1 : 0.9 } } },
            JsonSerializerOptions.Web)));
        return path;
    }
}
