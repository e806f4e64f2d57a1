using Understudy.Training.Encoders;
using Understudy.Training.Recipes;

namespace Understudy.Training.Studies;

/// <summary>The lead's soft targets (Hinton et al., arXiv 1503.02531) against labels alone, for the same small student.</summary>
internal sealed class SoftTargetStudy : Study
{
    private const string Labels = "labels alone";
    private const string Smoothed = "smoothed labels";
    private const string Soft = "soft targets";
    private const string Fresh = "soft targets of new inputs too";
    private const string Spliced = "labels of new inputs too";

    /// <summary>For each text of the data, as the default recipe has it.</summary>
    private const int NewInputs = 3;

    public override string Name => "soft-targets";

    public override string Description => "A student that learns from the lead's probabilities against the same one that learns from labels.";

    public override IReadOnlyList<string> Sets => ["banking77", "clinc150"];

    public override StudyPlan Prepare(string set, string folder, StudyOptions options, Action<string, double, string> report, CancellationToken cancellationToken)
    {
        var lead = StudyLead.Prepare(set, folder, options, report, cancellationToken);
        var training = StudyStudent.Training with { Epochs = options.Epochs ?? StudyStudent.Training.Epochs };
        var soft = lead.Lessons(StudyStudent.Shape.MaxTokens, options.Limit);
        TokenizedText[] hard = [.. soft.Select(text => text with { Teacher = null })];
        // On texts that it learned from the lead is sure of itself and its answers say little more than labels; on new ones they say what it knows.
        report("new inputs", 0, "");
        TokenizedText[] fresh = [.. lead.NewInputs(soft.Count, NewInputs * soft.Count, training.Seed, cancellationToken)
            .Select(input => new TokenizedText(lead.Tokenizer.Encode(input.Text, StudyStudent.Shape.MaxTokens), input.Label, input.Answer))];
        TokenizedText[] spliced = [.. fresh.Select(text => text with { Teacher = null })];
        // As many steps as without them.
        var shorter = training with { Epochs = Math.Max(1, (int)Math.Round((double)training.Epochs * soft.Count / (soft.Count + fresh.Length))) };
        using var encoder = lead.Encoder();
        var table = encoder.embedding.weight!.detach().clone();
        return new()
        {
            Data = $"{set}, {hard.Length} texts",
            Metric = "accuracy",
            Settings = $"{StudyStudent.Shape} {training} {hard.Length} {fresh.Length}",
            Arms =
            [
                new(Labels, Arm(training, hard)),
                new(Smoothed, Arm(training with { LabelSmoothing = 0.1 }, hard)),
                new(Soft, Arm(training, soft)),
                new(Fresh, Arm(shorter, [.. soft, .. fresh])),
                new(Spliced, Arm(shorter, [.. hard, .. spliced])),
            ],
            Pairs = [(Soft, Labels), (Soft, Smoothed), (Fresh, Labels), (Fresh, Smoothed), (Fresh, Spliced)],
            Facts = new Dictionary<string, double> { ["leadAccuracy"] = lead.Accuracy, ["leadBytes"] = lead.Bytes },
            Reference = ("lead", lead.Accuracy),
        };

        Func<int, Action<double>, CancellationToken, StudyMeasurement> Arm(EncoderTraining how, IReadOnlyList<TokenizedText> texts) => (seed, tell, token) =>
            StudyStudent.Measure(lead, how with { Seed = seed }, texts, model => model.ReduceEmbeddings(table), tell, token);
    }
}
