using TorchSharp;
using Understudy.Training.Images;

namespace Understudy.Training.Studies;

/// <summary>SimCLR pre-training (Chen et al., arXiv 2002.05709) on pictures without labels, then fine-tuning on few with them.</summary>
internal sealed class ContrastiveStudy : Study
{
    private const int LabelledEach = 50;
    private const string Fresh = "random start";
    private const string Pretrained = "SimCLR start";

    public override string Name => "simclr";

    public override string Description => "A network that first learned without labels against one that learns from the few labels alone.";

    public override IReadOnlyList<string> Sets => ["cifar10"];

    public override StudyPlan Prepare(string set, string folder, StudyOptions options, Action<string, double, string> report, CancellationToken cancellationToken)
    {
        var data = new PictureStudyData(folder, options, report, cancellationToken);
        var cache = new WeightCache(options.WorkFolder);
        var labelled = data.Train.Each(LabelledEach);
        int[] filters = [.. PictureStudyData.Large.Select(count => count / 2)];
        var pretraining = new ImageTraining { Epochs = options.Epochs ?? 10, BatchImages = 128, Rate = 0.1, WeightDecay = 1e-4 };
        var training = new ImageTraining { Epochs = 4 * pretraining.Epochs, BatchImages = 50, Rate = 0.05 };
        return new()
        {
            Data = $"{set}, {data.Train.Count} pictures of which {labelled.Count} with labels",
            Metric = "accuracy",
            Settings = $"{pretraining} {training} {data.Train.Count} {labelled.Count}",
            Arms = [new(Fresh, Arm(pretrained: false)), new(Pretrained, Arm(pretrained: true), 8)],
            Pairs = [(Pretrained, Fresh)],
        };

        Func<int, Action<double>, CancellationToken, StudyMeasurement> Arm(bool pretrained) => (seed, tell, token) =>
        {
            torch.random.manual_seed(seed);
            using var network = pretrained
                ? cache.Get($"simclr-{data.Train.Count}-{pretraining.Epochs}", seed, Build, model => new ContrastiveTrainer(model, pretraining with { Seed = seed }).Train(data.Train, done => tell(0.9 * done), token))
                : Build();
            new ImageTrainer(network, training with { Seed = seed }).Train(labelled, done => tell(0.9 + (0.1 * done)), token);
            return data.Measure(network);
        };

        ConvolutionNetwork Build() => new(filters, PictureStudyData.Classes);
    }
}
