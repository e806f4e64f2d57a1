using Understudy.Inference.Classification;
using Understudy.Inference.Linear;
using Understudy.Training.Compression;
using Understudy.Training.Encoders;
using Understudy.Training.Onnx;
using Understudy.Training.Recipes;

namespace Understudy.Training.Studies;

/// <summary>
/// The search over what makes a lead smaller (arXiv 2105.10059): heads and feed-forward rows or whole layers pruned and then taught by the
/// lead, the n-gram part whole, small or gone, each in three precisions.
/// </summary>
internal sealed class CompressionStudy : Study
{
    private const int TimedTexts = 512;
    private const int TimedPasses = 3;

    /// <summary>For each text of the data: what was pruned is taught by the lead's answers to these too.</summary>
    private const int NewInputs = 3;

    public override string Name => "compression";

    public override string Description => "The lead pruned, quantised and without its n-grams, every combination, with bytes and latency.";

    public override IReadOnlyList<string> Sets => ["banking77", "clinc150"];

    public override StudyPlan Prepare(string set, string folder, StudyOptions options, Action<string, double, string> report, CancellationToken cancellationToken)
    {
        var lead = StudyLead.Prepare(set, folder, options, report, cancellationToken);
        var cache = new WeightCache(options.WorkFolder);
        var teaching = new EncoderTraining { Epochs = options.Epochs ?? 3, Rate = 1.5e-4, HeadRateFactor = 1, TokenDropout = 0.1, BatchTexts = 64 };
        var known = lead.Lessons(lead.Recipe.LeadTrainingTokens, options.Limit);
        report("new inputs", 0, "");
        var fresh = lead.NewInputs(known.Count, NewInputs * known.Count, teaching.Seed, cancellationToken);
        TokenizedText[] texts = [.. known, .. fresh.Select(input => new TokenizedText(lead.Tokenizer.Encode(input.Text, lead.Recipe.LeadTrainingTokens), input.Label, input.Answer))];
        (string Name, Func<Encoders.TextEncoder, Encoders.TextEncoder>? Prune)[] prunings =
        [
            ("whole", null),
            ("half", model => Pruned(model, lead, 0.5)),
            ("quarter", model => Pruned(model, lead, 0.25)),
            ("one layer", model => LayerTransfer.Start(model, 1, teaching.Dropout)),
        ];
        (string Name, LinearModel? Model)[] ngrams = [("n-grams", lead.Ngrams()), ("few n-grams", FewNgrams(lead, fresh, report, cancellationToken)), ("no n-grams", null)];
        var timed = lead.Test.Take(TimedTexts).Select(example => example.Text).ToArray();
        using var encoder = lead.Encoder();
        var whole = Measure(encoder, ngrams[0].Model, EncoderPrecision.Float32);
        return new()
        {
            Data = $"{set}, {known.Count} texts",
            Metric = "accuracy",
            Settings = $"{teaching} {texts.Length}",
            Arms =
            [
                .. from pruning in prunings
                   from part in ngrams
                   from precision in Enum.GetValues<EncoderPrecision>()
                   // Who prunes wants something small: neither as trained nor with all n-grams.
                   where pruning.Prune is null || (part.Model != ngrams[0].Model && precision != EncoderPrecision.Float32)
                   select new StudyArm(
                       $"{pruning.Name}, {part.Name}, {precision.ToString().ToLowerInvariant()}",
                       (seed, tell, token) => Rate(Made(pruning, seed, tell, token), part.Model, precision),
                       part.Model == ngrams[1].Model && precision == EncoderPrecision.Int8 && pruning.Prune is not null ? 4 : 1),
            ],
            Facts = new Dictionary<string, double> { ["leadAccuracy"] = whole.Accuracy, ["leadBytes"] = whole.Bytes, ["leadMilliseconds"] = whole.Milliseconds },
            Reference = ("lead in float32", whole.Accuracy),
            Size = "bytes",
        };

        Encoders.TextEncoder Made((string Name, Func<Encoders.TextEncoder, Encoders.TextEncoder>? Prune) pruning, int seed, Action<double> tell, CancellationToken token)
        {
            if (pruning.Prune is not { } prune)
            {
                return lead.Encoder();
            }

            return cache.Get(
                $"{set}-{pruning.Name}-{teaching.Epochs}-{texts.Length}",
                seed,
                () =>
                {
                    using var model = lead.Encoder();
                    return prune(model);
                },
                model => new EncoderTrainer(pruning.Name, model, teaching with { Seed = seed }) { Window = lead.Recipe.LeadTrainingTokens }
                    .Train(texts, [], onStep: (done, _) => tell(done), cancellationToken: token));
        }

        StudyMeasurement Rate(Encoders.TextEncoder model, LinearModel? part, EncoderPrecision precision)
        {
            using (model)
            {
                var (accuracy, bytes, milliseconds) = Measure(model, part, precision);
                var (reduction, lost) = (whole.Bytes / bytes, 100 * (whole.Accuracy - accuracy));
                return new(accuracy, new Dictionary<string, double>
                {
                    ["bytes"] = bytes,
                    ["timesSmaller"] = reduction,
                    ["pointsLost"] = lost,
                    ["milliseconds"] = milliseconds,
                    ["quality"] = QualityScore.Of(reduction, lost),
                });
            }
        }

        (double Accuracy, double Bytes, double Milliseconds) Measure(Encoders.TextEncoder model, LinearModel? part, EncoderPrecision precision)
        {
            var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".onnx");
            try
            {
                new EncoderExport(model, precision).Save(file, part, part is null ? 1 : lead.NgramWeight(model, part));
                using var classifier = new EncoderClassifier("compressed", EncoderClassifier.Open(file), file, lead.Tokenizer.Encode, lead.Recipe.LeadTokens, part?.Ngrams);
                var accuracy = Scores.Accuracy(Scores.Of(classifier, [.. lead.Test.Select(example => example.Text)], cancellationToken: cancellationToken), lead.Test);
                var best = Enumerable.Range(0, TimedPasses).Min(_ =>
                {
                    // Processor time: what else the machine does has little say in it.
                    var before = Environment.CpuUsage.TotalTime;
                    Scores.Of(classifier, timed, cancellationToken: cancellationToken);
                    return (Environment.CpuUsage.TotalTime - before).TotalMilliseconds;
                });
                return (accuracy, new FileInfo(file).Length, best / timed.Length);
            }
            finally
            {
                File.Delete(file);
            }
        }
    }

    private static Encoders.TextEncoder Pruned(Encoders.TextEncoder model, StudyLead lead, double left)
    {
        var tuning = lead.Examples.Tuning.Select(example => lead.Tokenizer.Encode(example.Text, lead.Recipe.LeadTrainingTokens)).ToArray();
        return EncoderPruning.ToShare(
            model, smaller => Scores.Accuracy(new EncoderTrainer("scan", smaller, new EncoderTraining()).Score(tuning), lead.Examples.Tuning), left, new EncoderTraining().Dropout);
    }

    /// <summary>An eighth of the lead's buckets, taught by the lead.</summary>
    private static LinearModel FewNgrams(
        StudyLead lead, IReadOnlyList<(string Text, int Label, float[] Answer)> fresh, Action<string, double, string> report, CancellationToken cancellationToken) =>
        NgramReduction.Teach(
            lead.Recipe.LeadNgrams with { Buckets = lead.Recipe.LeadNgrams.Buckets / 8 },
            lead.Recipe.LeadLinear,
            [.. lead.Examples.Train.Select(example => example.Text), .. fresh.Select(input => input.Text)],
            [.. lead.Answers, .. fresh.Select(input => input.Answer)],
            done => report("few n-grams", done, ""),
            cancellationToken);
}
