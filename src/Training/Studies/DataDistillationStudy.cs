using Understudy.Training.Distillation;
using Understudy.Training.Encoders;
using Understudy.Training.Recipes;

namespace Understudy.Training.Studies;

/// <summary>Data distillation: new inputs, kept when they are novel and the lead knows them for what they were made from, and learned with its answers.</summary>
internal sealed class DataDistillationStudy : Study
{
    private const int Default = 2000;
    private const int Passes = 30;
    private const int TriesAText = 4;
    private const string Seeds = "the texts there are";
    private const string Unfiltered = "and new ones, unfiltered";
    private const string Filtered = "and new ones, filtered";

    public override string Name => "data-distillation";

    public override string Description => "A student that also learns the lead's answers to new inputs, with and without a filter for novelty and validity.";

    public override IReadOnlyList<string> Sets => ["banking77", "clinc150"];

    public override StudyPlan Prepare(string set, string folder, StudyOptions options, Action<string, double, string> report, CancellationToken cancellationToken)
    {
        var lead = StudyLead.Prepare(set, folder, options, report, cancellationToken);
        var training = StudyStudent.Training with { Epochs = options.Epochs ?? Passes };
        var texts = lead.Lessons(StudyStudent.Shape.MaxTokens, options.Limit ?? Default);
        var fresh = lead.NewInputs(texts.Count, TriesAText * texts.Count, training.Seed, cancellationToken)
            .Select(input => (input.Text, Known: Array.IndexOf(input.Answer, input.Answer.Max()) == input.Label, Lesson: new TokenizedText(lead.Tokenizer.Encode(input.Text, StudyStudent.Shape.MaxTokens), input.Label, input.Answer))).ToArray();
        var filter = new NoveltyFilter();
        foreach (var example in lead.Examples.Train.Take(texts.Count))
        {
            filter.Add(example.Text);
        }

        var kept = fresh.Where(input => input.Known && filter.Offer(input.Text)).Select(input => input.Lesson).ToArray();
        report("new inputs", 1, $"{fresh.Length} written, {fresh.Count(input => input.Known)} known to the lead for what they were made from, {kept.Length} of them novel");
        return new()
        {
            Data = $"{set}, {texts.Count} texts",
            Metric = "accuracy",
            Settings = $"{StudyStudent.Shape} {training} {texts.Count} {fresh.Length} {kept.Length}",
            Arms =
            [
                new(Seeds, Arm(texts)),
                new(Unfiltered, Arm([.. texts, .. fresh.Take(kept.Length).Select(input => input.Lesson)])),
                new(Filtered, Arm([.. texts, .. kept])),
            ],
            Pairs = [(Filtered, Seeds), (Unfiltered, Seeds), (Filtered, Unfiltered)],
            Facts = new Dictionary<string, double> { ["leadAccuracy"] = lead.Accuracy, ["written"] = fresh.Length, ["kept"] = kept.Length },
            Reference = ("lead", lead.Accuracy),
        };

        // As many steps, whatever there is to learn from.
        Func<int, Action<double>, CancellationToken, StudyMeasurement> Arm(IReadOnlyList<TokenizedText> lessons) => (seed, tell, token) => StudyStudent.Measure(
            lead,
            training with { Seed = seed, Epochs = Math.Max(1, (int)Math.Round((double)training.Epochs * texts.Count / lessons.Count)) },
            lessons,
            model =>
            {
                using var encoder = lead.Encoder();
                model.ReduceEmbeddings(encoder.embedding.weight!);
            },
            tell,
            token);
    }
}
