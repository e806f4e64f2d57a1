using Understudy.Training.Images;

namespace Understudy.Training.Studies;

/// <summary>The pictures of a study, and the networks that it has trained on them before, kept in the work folder.</summary>
internal sealed class PictureStudyData
{
    /// <summary>Filters of the network that is pruned, or teaches.</summary>
    public static IReadOnlyList<int> Large { get; } = [16, 16, 32, 32, 64, 64];

    public const int Classes = 10;
    private const int Default = 8000;
    private const int HeldOut = 1000;

    private readonly WeightCache _cache;

    public PictureStudyData(string folder, StudyOptions options, Action<string, double, string> report, CancellationToken cancellationToken)
    {
        var count = options.Limit ?? Default;
        var held = Math.Max(1, Math.Min(HeldOut, count / 4));
        report("pictures", 0, "");
        var all = ImageSet.Load(folder, "train", count + held, cancellationToken);
        Held = all.Slice(all.Count - held, held);
        Train = all.Slice(0, all.Count - held);
        Test = ImageSet.Load(folder, "test", null, cancellationToken);
        _cache = new(options.WorkFolder);
        report("pictures", 1, $"{Train.Count} to train on, {Held.Count} to choose by, {Test.Count} to test on");
    }

    public ImageSet Train { get; }

    /// <summary>What layers are chosen by; neither trained nor tested on.</summary>
    public ImageSet Held { get; }

    public ImageSet Test { get; }

    /// <summary>The large network trained with a seed: by this study or an earlier one.</summary>
    public ConvolutionNetwork Network(ImageTraining training, Action<double> report, CancellationToken cancellationToken) => _cache.Get(
        $"{string.Join('-', Large)}-{Train.Count}-{training.Epochs}",
        training.Seed,
        () => new ConvolutionNetwork(Large, Classes),
        network => new ImageTrainer(network, training).Train(Train, report, cancellationToken));

    public StudyMeasurement Measure(ConvolutionNetwork network) => new(
        ImageTrainer.Accuracy(network, Test),
        new Dictionary<string, double> { ["multiplyAdds"] = network.Operations(Test.Size), ["parameters"] = network.Parameters });
}
