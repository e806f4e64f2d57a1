using TorchSharp;
using Understudy.Training.Compression;
using Understudy.Training.Images;

namespace Understudy.Training.Studies;

/// <summary>
/// Filter pruning by L1 norm with a sensitivity scan and retraining (Li et al., arXiv 1608.08710), also by the attention of the network that was pruned
/// (Zagoruyko and Komodakis, arXiv 1612.03928).
/// </summary>
internal sealed class FilterStudy : Study
{
    /// <summary>What may be left of the multiply-adds: the paper takes 34 % from VGG-16.</summary>
    private const double Left = 0.66;
    private const int Steps = 8;
    private const int RetrainingShare = 2;
    private const double Attention = 2;

    private const string Whole = "whole";
    private const string Longer = "whole, trained as much longer";
    private const string Cut = "pruned";
    private const string Retrained = "pruned, retrained";
    private const string Taught = "pruned, retrained to look where the whole looks";
    private const string ByChance = "random filters, retrained";
    private const string Anew = "same size from scratch";

    public override string Name => "filters";

    public override string Description => "A network without its weakest filters, retrained by labels or by the whole one's attention too, against the whole one (also trained as much longer), random filters and the same size from scratch.";

    public override IReadOnlyList<string> Sets => ["cifar10"];

    public override StudyPlan Prepare(string set, string folder, StudyOptions options, Action<string, double, string> report, CancellationToken cancellationToken)
    {
        var data = new PictureStudyData(folder, options, report, cancellationToken);
        var training = new ImageTraining { Epochs = options.Epochs ?? 10 };
        var again = training with { Epochs = Math.Max(1, training.Epochs / RetrainingShare), Rate = training.Rate / 2 };
        return new()
        {
            Data = $"{set}, {data.Train.Count} pictures",
            Metric = "accuracy",
            Settings = $"{training} {string.Join('-', PictureStudyData.Large)} {data.Train.Count} {Left} {Steps} {Attention}",
            Arms =
            [
                new(Whole, (seed, tell, token) => data.Measure(data.Network(training with { Seed = seed }, tell, token)), 3),
                new(Longer, (seed, tell, token) => Retrain(data.Network(training with { Seed = seed }, _ => { }, token), again with { Seed = seed }, tell, token), 2),
                new(Cut, (seed, tell, token) => data.Measure(Prune(seed, null, token))),
                new(Retrained, (seed, tell, token) => Retrain(Prune(seed, null, token), again with { Seed = seed }, tell, token), 2),
                new(Taught, (seed, tell, token) => Teach(seed, tell, token), 3),
                new(ByChance, (seed, tell, token) => Retrain(Prune(seed, new Random(seed), token), again with { Seed = seed }, tell, token), 2),
                new(Anew, (seed, tell, token) => FromScratch(seed, tell, token), 3),
            ],
            Pairs = [(Retrained, Longer), (Taught, Longer), (Taught, Retrained), (Retrained, Whole), (Retrained, ByChance), (Retrained, Anew)],
        };

        ConvolutionNetwork Prune(int seed, Random? random, CancellationToken token)
        {
            using var network = data.Network(training with { Seed = seed }, _ => { }, token);
            return Pruned(network, data.Held, random);
        }

        StudyMeasurement Retrain(ConvolutionNetwork network, ImageTraining how, Action<double> tell, CancellationToken token, ConvolutionNetwork? teacher = null)
        {
            using (network)
            {
                new ImageTrainer(network, how, teacher).Train(data.Train, tell, token);
                return data.Measure(network);
            }
        }

        StudyMeasurement Teach(int seed, Action<double> tell, CancellationToken token)
        {
            using var whole = data.Network(training with { Seed = seed }, _ => { }, token);
            return Retrain(Prune(seed, null, token), again with { AttentionWeight = Attention, Seed = seed }, tell, token, whole);
        }

        StudyMeasurement FromScratch(int seed, Action<double> tell, CancellationToken token)
        {
            using var pruned = Prune(seed, null, token);
            torch.random.manual_seed(seed);
            return Retrain(new ConvolutionNetwork(pruned.Filters, PictureStudyData.Classes), training with { Epochs = training.Epochs + again.Epochs, Seed = seed }, tell, token);
        }
    }

    /// <param name="random">Chooses the filters in place of their norms; as many of each convolution go.</param>
    private static ConvolutionNetwork Pruned(ConvolutionNetwork network, ImageSet held, Random? random)
    {
        int[][] orders = [.. network.convolutions.Select(FilterPruning.Rank)];
        var scan = SensitivityScan.Of(orders.Length, Steps, dropped =>
        {
            using var smaller = Without(dropped);
            return ImageTrainer.Accuracy(smaller, held);
        });
        var chosen = scan.Choose(
            dropped =>
            {
                using var smaller = Without(dropped);
                return smaller.Operations(held.Size);
            },
            Left * network.Operations(held.Size)) ?? throw new InvalidOperationException("Seven eighths of every convolution are too little to prune.");
        foreach (var order in random is null ? [] : orders)
        {
            random!.Shuffle(order);
        }

        return Without(chosen);

        ConvolutionNetwork Without(int[] dropped) => FilterPruning.Prune(network, orders, [.. dropped.Select((step, layer) => step * orders[layer].Length / Steps)]);
    }
}
