using TorchSharp;
using Understudy.Training.Images;

namespace Understudy.Training.Studies;

/// <summary>Attention transfer (Zagoruyko and Komodakis, arXiv 1612.03928) from a network to one with half of its filters.</summary>
internal sealed class AttentionStudy : Study
{
    private const string Labels = "labels alone";
    private const string Attention = "attention transfer";
    private const string Soft = "soft targets";
    private const string Both = "attention and soft targets";

    public override string Name => "attention";

    public override string Description => "A student that looks where the lead looks against one that learns from labels alone.";

    public override IReadOnlyList<string> Sets => ["cifar10"];

    public override StudyPlan Prepare(string set, string folder, StudyOptions options, Action<string, double, string> report, CancellationToken cancellationToken)
    {
        var data = new PictureStudyData(folder, options, report, cancellationToken);
        var training = new ImageTraining { Epochs = options.Epochs ?? 10 };
        using var found = data.Network(training, done => report("lead", done, ""), cancellationToken);
        var accuracy = data.Measure(found).Score;
        report("lead", 1, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{accuracy:0.0%} of {data.Test.Count} test pictures"));
        int[] filters = [.. PictureStudyData.Large.Select(count => count / 2)];
        return new()
        {
            Data = $"{set}, {data.Train.Count} pictures",
            Metric = "accuracy",
            Settings = $"{training} {string.Join('-', filters)} {data.Train.Count}",
            Arms =
            [
                new(Labels, Arm(training)),
                new(Attention, Arm(training with { AttentionWeight = 2 }), 1.5),
                new(Soft, Arm(training with { SoftTargetShare = 0.7 }), 1.5),
                new(Both, Arm(training with { AttentionWeight = 2, SoftTargetShare = 0.7 }), 1.5),
            ],
            Pairs = [(Attention, Labels), (Soft, Labels), (Both, Soft)],
            Facts = new Dictionary<string, double> { ["leadAccuracy"] = accuracy, ["leadMultiplyAdds"] = found.Operations(data.Test.Size) },
            Reference = ("lead", accuracy),
        };

        Func<int, Action<double>, CancellationToken, StudyMeasurement> Arm(ImageTraining how) => (seed, tell, token) =>
        {
            using var teacher = data.Network(training, _ => { }, token);
            torch.random.manual_seed(seed);
            using var student = new ConvolutionNetwork(filters, PictureStudyData.Classes);
            new ImageTrainer(student, how with { Seed = seed }, how.AttentionWeight > 0 || how.SoftTargetShare > 0 ? teacher : null).Train(data.Train, tell, token);
            return data.Measure(student);
        };
    }
}
