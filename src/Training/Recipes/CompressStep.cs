using System.Diagnostics;
using TorchSharp;
using Understudy.Inference.Linear;
using Understudy.Inference.Tasks;
using Understudy.Inference.Tokenization;
using Understudy.Training.Compression;
using Understudy.Training.Encoders;
using Understudy.Training.Onnx;
using TextEncoder = Understudy.Training.Encoders.TextEncoder;

namespace Understudy.Training.Recipes;

/// <summary>
/// Makes both encoders smaller in every way that the recipe names: prunes them and teaches what is left by the lead's answers, shrinks the lead's n-gram
/// part, stores weights in fewer bits. Each way is measured on the tuning texts, and the best is what is released.
/// </summary>
internal sealed class CompressStep(Recipe recipe, TaskDefinition task, WorkFolder work, Action<string, double, string> report)
{
    private const int TimedPasses = 3;

    private readonly Export _export = new(recipe, task, work);

    private bool IsMacroF1 => task.Metric == "macro-f1";

    public IReadOnlyList<string> Run(Examples examples, CancellationToken cancellationToken)
    {
        work.ForgetFacts("compress"); // what it chose is about to go
        var lessons = new Lazy<IReadOnlyList<LeadLesson>>(() => new LeadLessons(recipe, task, _export, report).Make(examples, cancellationToken));
        var (facts, plots) = (new Dictionary<string, IReadOnlyList<CompressedModel>>(), new List<string>());
        foreach (var model in RecipeRules.Compressible)
        {
            facts[model] = Compress(model, Choices(model), examples, lessons, cancellationToken);
            File.Delete(work.CompressionPlot(model));
            if (facts[model].Count > 2)
            {
                plots.Add(work.CompressionPlot(model));
                CompressionPlot.Draw(plots[^1], model, facts[model]);
            }
        }

        work.WriteFields("compress", StepFields.Compress(recipe));
        work.WriteFacts("compress", facts);
        return plots;
    }

    private CompressionChoices Choices(string model) => recipe.Compression.GetValueOrDefault(model) ?? new();

    private IReadOnlyList<CompressedModel> Compress(
        string name, CompressionChoices choices, Examples examples, Lazy<IReadOnlyList<LeadLesson>> lessons, CancellationToken cancellationToken)
    {
        using var trained = _export.Trained(name);
        var ngrams = name == WorkFolder.Lead ? LinearModel.Load(work.Existing(work.NgramPart, "lead")) : null;
        var (whole, logits) = Measure(name, trained, ngrams, EncoderPrecision.Float32, 1, null, examples, work.Onnx(name, int8: false), cancellationToken);
        var (measured, files) = (new List<CompressedModel> { whole }, new List<string> { work.Onnx(name, int8: false) });
        LinearModel?[] parts = ngrams is null ? [null] : [.. choices.Ngrams.Select(share => share switch { 0 => null, 1 => ngrams, _ => Smaller(ngrams, share, lessons.Value, cancellationToken) })];
        foreach (var kept in choices.Kept)
        {
            using var model = kept < 1 ? Pruned(name, trained, kept, choices, examples, lessons.Value, cancellationToken) : null;
            foreach (var part in parts)
            {
                foreach (var precision in choices.Precisions)
                {
                    files.Add(work.Candidate(name, files.Count));
                    measured.Add(Measure(name, model ?? trained, part, precision, kept, (whole, logits, choices.Lambda), examples, files[^1], cancellationToken).Model);
                    report($"compress {name}", (double)files.Count / (1 + (choices.Kept.Count * parts.Length * choices.Precisions.Count)), "");
                }
            }
        }

        // As it was trained is only what others are measured against.
        var chosen = CompressedModel.Choose([.. measured.Skip(1)], whole, choices.MostLost);
        var best = chosen.Index().Single(way => way.Item.Chosen);
        File.Move(files[best.Index + 1], work.Onnx(name, int8: true), overwrite: true);
        foreach (var file in files.Skip(1))
        {
            File.Delete(file);
        }

        report($"compress {name}", 1, $"{best.Item.Name}: {task.Metric} {whole.Score:P1} → {best.Item.Score:P1}, {whole.Bytes / 1e6:F1} → {best.Item.Bytes / 1e6:F1} MB, {whole.MillisecondsPerItem:F2} → {best.Item.MillisecondsPerItem:F2} ms a text");
        return [whole, .. chosen];
    }

    private TextEncoder Pruned(
        string name, TextEncoder trained, double kept, CompressionChoices choices, Examples examples, IReadOnlyList<LeadLesson> lessons, CancellationToken cancellationToken)
    {
        var limit = name == WorkFolder.Lead ? recipe.LeadTrainingTokens : recipe.SmallShape.MaxTokens;
        var tokenizer = SentencePieceEncoder.Load(work.Tokenizer);
        var tuning = examples.Tuning.Select(example => tokenizer.Encode(example.Text, limit)).ToArray();
        torch.random.manual_seed(recipe.Seed);
        var training = new EncoderTraining { Epochs = choices.Passes, Rate = choices.Rate, HeadRateFactor = 1, TokenDropout = 0.1, BatchTexts = 64, Seed = recipe.Seed };
        var pruned = EncoderPruning.ToShare(trained, smaller => Score(new EncoderTrainer("scan", smaller, training).Score(tuning), examples.Tuning), kept, training.Dropout);
        new EncoderTrainer(name, pruned, training) { Window = name == WorkFolder.Lead ? limit : 0 }.Train(
            [.. lessons.Select(lesson => new TokenizedText(tokenizer.Encode(lesson.Text, name == WorkFolder.Lead ? recipe.LeadTokens : limit), lesson.HardLabel, lesson.Answer))],
            [],
            onStep: (done, _) => report($"teach {kept:P0} of {name}", done, ""),
            cancellationToken: cancellationToken);
        return pruned;
    }

    private LinearModel Smaller(LinearModel ngrams, double share, IReadOnlyList<LeadLesson> lessons, CancellationToken cancellationToken) => NgramReduction.Teach(
        ngrams.Ngrams with { Buckets = (int)(ngrams.Ngrams.Buckets * share) },
        recipe.LeadLinear with { Seed = recipe.Seed },
        [.. lessons.Select(lesson => lesson.Text)],
        [.. lessons.Select(lesson => lesson.Answer)],
        done => report($"{share:P1} of the n-grams", done, ""),
        cancellationToken);

    private (CompressedModel Model, float[][] Logits) Measure(
        string name, TextEncoder model, LinearModel? ngrams, EncoderPrecision precision, double kept, (CompressedModel Model, float[][] Logits, double Lambda)? whole, Examples examples,
        string path, CancellationToken cancellationToken)
    {
        new EncoderExport(model, precision).Save(path, ngrams, ngrams is null ? 1 : Weight(model, ngrams, kept == 1 && ngrams.Ngrams.Buckets == recipe.LeadNgrams.Buckets, examples));
        using var classifier = _export.Open(name, path, ngrams?.Ngrams);
        string[] texts = [.. examples.Tuning.Select(example => example.Text)];
        var (logits, times) = (Array.Empty<float[]>(), new List<double>());
        for (var pass = 0; pass < TimedPasses; pass++)
        {
            var clock = Stopwatch.StartNew();
            logits = Scores.Of(classifier, texts, null, cancellationToken);
            times.Add(clock.Elapsed.TotalMilliseconds / texts.Length);
        }

        var (score, bytes) = (Score(logits, examples.Tuning), new FileInfo(path).Length);
        return (
            new(
                precision, kept, ngrams?.Ngrams, model.Parameters + (ngrams?.Parameters ?? 0), Scores.Accuracy(logits, examples.Tuning), bytes, times.Min(),
                whole is { } w ? QualityScore.Of((double)w.Model.Bytes / bytes, 100 * (w.Model.Score - score), w.Lambda) : 0,
                whole is { } all ? all.Logits.Zip(logits, (a, b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Max()).Max() : 0)
            { MacroF1 = IsMacroF1 ? score : null },
            logits);
    }

    private double Score(float[][] logits, IReadOnlyList<Example> examples) => IsMacroF1 ? Scores.MacroF1(logits, examples) : Scores.Accuracy(logits, examples);

    /// <summary>What the n-grams' logits are multiplied by: chosen when the lead was trained, and again where a part of it is smaller.</summary>
    private float Weight(TextEncoder model, LinearModel ngrams, bool isWhole, Examples examples) => (float)(isWhole
        ? work.ReadFacts<LeadFacts>(WorkFolder.Lead).NgramWeight
        : recipe.LeadNgramWeight ?? LeadStep.Weigh(model, ngrams, SentencePieceEncoder.Load(work.Tokenizer), recipe.LeadTokens, examples.Tuning));
}
