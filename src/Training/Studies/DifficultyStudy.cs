using System.Numerics.Tensors;
using TorchSharp;
using Understudy.Training.Encoders;
using Understudy.Training.Recipes;

namespace Understudy.Training.Studies;

/// <summary>
/// What CascadeBERT's difficulty-aware regulariser (arXiv 2012.14682) adds to a small encoder that learns the lead's soft targets. It is to make a student surer of
/// what it gets right, so what counts is how much the student may answer before it loses something against the lead.
/// </summary>
internal sealed class DifficultyStudy : Study
{
    private const string Soft = "soft targets";
    private const string Difficulty = "difficulty-aware too";

    /// <summary>Share of all texts that may be answered worse than by the lead.</summary>
    private const double Loss = 0.01;

    public override string Name => "difficulty";

    public override string Description => "A student of text that is taught to be surer of what is easy, against soft targets alone: how much it may answer.";

    public override IReadOnlyList<string> Sets => ["banking77", "clinc150"];

    public override StudyPlan Prepare(string set, string folder, StudyOptions options, Action<string, double, string> report, CancellationToken cancellationToken)
    {
        var lead = StudyLead.Prepare(set, folder, options, report, cancellationToken);
        var training = StudyStudent.Training with { Epochs = options.Epochs ?? 20 };
        var texts = lead.Lessons(StudyStudent.Shape.MaxTokens, options.Limit);
        using var encoder = lead.Encoder();
        var table = encoder.embedding.weight!.detach().clone();
        return new()
        {
            Data = $"{set}, {texts.Count} texts",
            Metric = "share answered with 1 % lost against the lead",
            Settings = $"{StudyStudent.Shape} {training} {texts.Count} {Loss}",
            Arms = [new(Soft, Arm(0)), new(Difficulty, Arm(1))],
            Pairs = [(Difficulty, Soft)],
            Facts = new Dictionary<string, double> { ["leadAccuracy"] = lead.Accuracy },
        };

        Func<int, Action<double>, CancellationToken, StudyMeasurement> Arm(double weight) => (seed, tell, token) =>
        {
            torch.random.manual_seed(seed);
            using var model = new Encoders.TextEncoder(StudyStudent.Shape, lead.Task.Labels.Count, training.Dropout);
            model.ReduceEmbeddings(table);
            new EncoderTrainer("student", model, training with { Seed = seed, DifficultyWeight = weight }).Train(texts, [], onStep: (done, _) => tell(done), cancellationToken: token);
            var (scores, _) = StudyStudent.Serve(lead, model, token);
            bool[] losses = [.. scores.Zip(lead.TestAnswers, lead.Test).Select(row => Label(row.Second) == row.Third.Label && Label(row.First) != row.Third.Label)];
            return new(Answered([.. scores.Select(Confidence)], losses, Loss), new Dictionary<string, double> { ["accuracy"] = Scores.Accuracy(scores, lead.Test) });
        };
    }

    /// <summary>The largest share that can be answered, the surest first, while at most a share of all is lost. Equal confidences are answered together.</summary>
    internal static double Answered(double[] confidences, bool[] losses, double allowed)
    {
        var (answered, lost, best) = (0, 0, 0);
        foreach (var group in confidences.Zip(losses).GroupBy(pair => pair.First).OrderByDescending(group => group.Key))
        {
            answered += group.Count();
            lost += group.Count(pair => pair.Second);
            best = lost <= allowed * losses.Length ? answered : best;
        }

        return (double)best / Math.Max(1, losses.Length);
    }

    private static int Label(float[] logits) => TensorPrimitives.IndexOfMax<float>(logits);

    private static double Confidence(float[] logits)
    {
        var probabilities = new float[logits.Length];
        TensorPrimitives.SoftMax<float>(logits, probabilities);
        return TensorPrimitives.Max<float>(probabilities);
    }
}
