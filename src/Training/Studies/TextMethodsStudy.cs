using TorchSharp;
using Understudy.Training.Encoders;

namespace Understudy.Training.Studies;

/// <summary>
/// What attention transfer (arXiv 1612.03928) and learning without labels first (SimCLR, arXiv 2002.05709) add to a small encoder that learns the lead's
/// soft targets: what a recipe's <c>small.attentionWeight</c> and <c>smallPretraining</c> do.
/// </summary>
internal sealed class TextMethodsStudy : Study
{
    private const int Default = 2000;
    private const string Soft = "soft targets";
    private const string Attention = "attention transfer too";
    private const string Pretrained = "without labels first";

    public override string Name => "text-methods";

    public override string Description => "A student of text that also looks where the lead looks, or first learns without labels, against soft targets alone.";

    public override IReadOnlyList<string> Sets => ["banking77", "clinc150"];

    public override StudyPlan Prepare(string set, string folder, StudyOptions options, Action<string, double, string> report, CancellationToken cancellationToken)
    {
        var lead = StudyLead.Prepare(set, folder, options, report, cancellationToken);
        var training = StudyStudent.Training with { Epochs = options.Epochs ?? StudyStudent.Training.Epochs };
        var pretraining = new ContrastiveTraining { Epochs = 2 };
        var texts = lead.Lessons(StudyStudent.Shape.MaxTokens, options.Limit ?? Default);
        // Without labels there are more texts than with them.
        int[][] unlabelled = [.. lead.Lessons(StudyStudent.Shape.MaxTokens, limit: null).Select(text => text.Ids)];
        using var encoder = lead.Encoder();
        var table = encoder.embedding.weight!.detach().clone();
        return new()
        {
            Data = $"{set}, {texts.Count} texts with answers of {unlabelled.Length}",
            Metric = "accuracy",
            Settings = $"{StudyStudent.Shape} {training} {pretraining} {texts.Count} {unlabelled.Length}",
            Arms = [new(Soft, Arm(0, pretrain: false)), new(Attention, Arm(1, pretrain: false), 3), new(Pretrained, Arm(0, pretrain: true), 2)],
            Pairs = [(Attention, Soft), (Pretrained, Soft)],
            Facts = new Dictionary<string, double> { ["leadAccuracy"] = lead.Accuracy, ["leadBytes"] = lead.Bytes },
            Reference = ("lead", lead.Accuracy),
        };

        Func<int, Action<double>, CancellationToken, StudyMeasurement> Arm(double attention, bool pretrain) => (seed, tell, token) =>
        {
            torch.random.manual_seed(seed);
            using var looked = lead.Encoder();
            using var model = new Encoders.TextEncoder(StudyStudent.Shape, lead.Task.Labels.Count, training.Dropout);
            model.ReduceEmbeddings(table);
            if (pretrain)
            {
                new ContrastivePretraining(model, pretraining, seed).Train(unlabelled, (done, _) => tell(0.4 * done), token);
            }

            new EncoderTrainer("student", model, training with { Seed = seed, AttentionWeight = attention }) { Lead = looked }
                .Train(texts, [], onStep: (done, _) => tell(pretrain ? 0.4 + (0.6 * done) : done), cancellationToken: token);
            return StudyStudent.Export(lead, model, token);
        };
    }
}
