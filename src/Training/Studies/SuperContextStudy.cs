using System.Numerics.Tensors;
using Understudy.Inference.Calibration;
using Understudy.Inference.Leads.Prompts;
using Understudy.Training.Corpora;
using Understudy.Training.Encoders;
using Understudy.Training.Pretrained;
using Understudy.Training.Recipes;

namespace Understudy.Training.Studies;

/// <summary>
/// A lead that reads what a student made of the input (SuperContext, arXiv 2312.15918) against the two alone, on inputs of other kinds than
/// they learned from. No lead here follows instructions: a pre-trained encoder learns to read receipts.
/// </summary>
internal sealed class SuperContextStudy : Study
{
    private const int Epochs = 4;
    private const string Student = "student alone";
    private const string Lead = "lead alone";
    private const string Receipts = "lead with receipts";
    private const string Mean = "mean of both";

    private static readonly EncoderShape Shape = EncoderShape.SentenceEncoderLite with { MaxTokens = 192 };

    public override string Name => "supercontext";

    public override string Description => "A lead that reads a student's label and confidence before the input, on inputs of other kinds than both learned from.";

    public override IReadOnlyList<string> Sets => ["sst2"];

    public override IEnumerable<string> Files(string folder) => base.Files(folder).Append(SentimentStudyData.ElsewhereTest(folder)).Where(File.Exists);

    public override StudyPlan Prepare(string set, string folder, StudyOptions options, Action<string, double, string> report, CancellationToken cancellationToken)
    {
        var data = new SentimentStudyData(folder, options.Limit);
        var package = new SentenceEncoderPackage(Path.Combine(NpmPackages.Find(LeadStep.Package), "dist"));
        var training = new EncoderTraining { Epochs = options.Epochs ?? Epochs, Rate = 3e-4, TokenDropout = 0.1, LabelSmoothing = 0.1 };
        var cache = new WeightCache(options.WorkFolder);
        var students = new Dictionary<int, ReceiptWriter>();
        return new()
        {
            Data = $"{set}, {data.Train.Count} texts, {data.Foreign.Count} of other kinds to test on",
            Metric = "accuracy elsewhere",
            Settings = $"{Shape} {training} {data.Train.Count}",
            Arms =
            [
                new(Student, (seed, _, token) => Rate(WriterOf(seed, token).Ask), 0.1),
                new(Lead, (seed, tell, token) => Rate(Alone(seed, tell, token))),
                new(Receipts, (seed, tell, token) => Rate(Reading(seed, tell, token)), 2),
                new(Mean, (seed, tell, token) =>
                {
                    var (lead, student) = (Alone(seed, tell, token), WriterOf(seed, token));
                    return Rate(texts => [.. lead(texts).Zip(student.Ask(texts), (one, other) => one.Zip(other, (x, y) => (x + y) / 2).ToArray())]);
                }, 0.5),
            ],
            Pairs = [(Receipts, Lead), (Receipts, Student), (Receipts, Mean)],
        };

        ReceiptWriter WriterOf(int seed, CancellationToken token) =>
            students.TryGetValue(seed, out var known) ? known : students[seed] = new(data.Train, SentimentStudyData.Labels.Count, seed, token);

        Func<IReadOnlyList<string>, float[][]> Alone(int seed, Action<double> tell, CancellationToken token) =>
            Fitted("alone", seed, [.. data.Train.Select(example => example.Text)], tell, token);

        Func<IReadOnlyList<string>, float[][]> Reading(int seed, Action<double> tell, CancellationToken token)
        {
            var student = WriterOf(seed, token);
            var lead = Fitted("receipts", seed, Prompts([.. data.Train.Select(example => example.Text)], student.Unseen), tell, token);
            return texts => lead(Prompts(texts, student.Ask(texts)));
        }

        // From texts to probabilities, [texts][labels].
        Func<IReadOnlyList<string>, float[][]> Fitted(string name, int seed, IReadOnlyList<string> texts, Action<double> tell, CancellationToken token)
        {
            var model = cache.Get(
                $"supercontext-{name}-{texts.Count}-{training.Epochs}",
                seed,
                () =>
                {
                    var fresh = new Encoders.TextEncoder(Shape, SentimentStudyData.Labels.Count, training.Dropout);
                    fresh.Load(package);
                    return fresh;
                },
                fresh => new EncoderTrainer(name, fresh, training with { Seed = seed })
                    .Train([.. texts.Zip(data.Train, (text, example) => new TokenizedText(package.Tokenizer.Encode(text, Shape.MaxTokens), example.Label))], [], onStep: (done, _) => tell(done), cancellationToken: token));
            return asked => [.. new EncoderTrainer(name, model, training).Score([.. asked.Select(text => package.Tokenizer.Encode(text, Shape.MaxTokens))]).Select(logits => Softmax.Tempered(logits, 1))];
        }

        StudyMeasurement Rate(Func<IReadOnlyList<string>, float[][]> answer) => new(
            Accuracy(answer, data.Foreign),
            new Dictionary<string, double> { ["filmReviews"] = Accuracy(answer, data.Known) });
    }

    /// <summary>The receipt stands first, where a long input that is cut does not lose it.</summary>
    private static IReadOnlyList<string> Prompts(IReadOnlyList<string> texts, IReadOnlyList<float[]> made) => [.. texts.Zip(made, (text, probabilities) =>
    {
        var best = TensorPrimitives.IndexOfMax<float>(probabilities);
        return $"{PromptText.Prediction(new(Student: "student", SentimentStudyData.Labels[best], probabilities[best]))}\n{text}";
    })];

    private static double Accuracy(Func<IReadOnlyList<string>, float[][]> answer, IReadOnlyList<Example> examples) =>
        Scores.Accuracy(answer([.. examples.Select(example => example.Text)]), examples);
}
