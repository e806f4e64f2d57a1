using TorchSharp;
using Understudy.Inference.Classification;
using Understudy.Inference.Releases;
using Understudy.Inference.Tokenization;
using Understudy.Training.Compression;
using Understudy.Training.Distillation;
using Understudy.Training.Encoders;
using Understudy.Training.Onnx;
using Understudy.Training.Recipes;
using TextEncoder = Understudy.Training.Encoders.TextEncoder;

namespace Understudy.Training.Retraining;

/// <summary>
/// Teaches a neural student: its weights are read back from the file that serves, learn from the lead's answers, and are stored as they were, in
/// as few bits. What it shares with the lead stays. One that goes on replaces the serving one only if it explains the tuning lessons better as it would serve,
/// so that nothing travels to an edge site for nothing; one that was to begin anew replaces it in any case, and the gate judges.
/// </summary>
internal sealed class EncoderRetraining(RetrainOptions options, RetrainingLog log)
{
    /// <summary>Less of the lead's certainty is as good as none: ln 1e-6.</summary>
    private const float LeastLogProbability = -13.8f;

    /// <summary>Of one that begins anew, for each pass of one that goes on.</summary>
    internal const int PassesAnew = 4;

    /// <param name="folder">The release that serves.</param>
    /// <param name="tier">The student's.</param>
    /// <param name="serving">What serves.</param>
    /// <param name="version">Of the release.</param>
    /// <param name="passes">Over the lessons.</param>
    /// <param name="output">The folder for its new file.</param>
    /// <exception cref="RecipeInvalidException">Its file was not exported here.</exception>
    public TaughtStudent Run(
        string folder, TierManifest tier, ITextClassifier serving, string version, int passes, IReadOnlyList<LessonExample> lessons, IReadOnlyList<LessonExample> tuning, string output,
        CancellationToken cancellationToken)
    {
        TorchProcess.Prepare(options.Seed);
        var (model, precision) = Read(Path.Combine(folder, tier.Model), tier);
        using var read = model;
        using var fresh = options.FromServing ? null : Anew(model);
        var taught = fresh ?? model;
        var tokenizer = SentencePieceEncoder.Load(Path.Combine(folder, tier.Tokenizer!));
        Train(tier, taught, tokenizer, fresh is null ? passes : PassesAnew * passes, lessons, tuning, cancellationToken);

        var path = Path.Combine(output, tier.Model);
        log.Report("compress", 0);
        new EncoderExport(taught, precision).Save(path);
        var classifier = new EncoderClassifier(tier.Name, EncoderClassifier.Open(path), tier.Model, tokenizer.Encode, tier.MaxTokens, null);
        double before, after;
        try
        {
            (before, after) = (HeldLessons.Loss(serving, tuning), HeldLessons.Loss(classifier, tuning));
        }
        catch
        {
            classifier.Dispose();
            throw;
        }

        log.Report("compress", 1, $"{precision.ToString().ToLowerInvariant()}, {new FileInfo(path).Length / 1e6:F1} MB: {after:F3} nats on held-back lessons, {before:F3} for the one that serves");
        if (after < before || !options.FromServing)
        {
            return new(tier with { Parameters = taught.Parameters }, classifier, fresh is null ? $"'{tier.Name}' goes on from {version}" : $"'{tier.Name}' begins anew");
        }

        classifier.Dispose();
        File.Delete(path);
        return new(tier, null, $"'{tier.Name}' stays, as it would have learned nothing by {passes} more passes");
    }

    private static (TextEncoder Model, EncoderPrecision Precision) Read(string path, TierManifest tier)
    {
        if (tier.Ngrams is not null)
        {
            throw new RecipeInvalidException($"Student '{tier.Name}' has an n-gram part, and only encoders without one are retrained. Take it out of 'retraining.students' in task.json.");
        }

        try
        {
            var read = EncoderImport.Load(path);
            read.Tags?.Dispose();
            return (read.Model, read.Precision);
        }
        catch (InvalidDataException error)
        {
            throw new RecipeInvalidException($"Student '{tier.Name}' cannot be taught further: {error.Message} Take it out of 'retraining.students' in task.json, or train a release with 'understudy train'.");
        }
    }

    /// <summary>The same shape and token vectors, what is shared with the lead, and everything else as if nothing had been learned.</summary>
    internal static TextEncoder Anew(TextEncoder model)
    {
        var fresh = new TextEncoder(model.Shape, (int)model.head.bias.shape[0], new EncoderTraining().Dropout, [.. model.layers.Select(layer => layer.Size)]);
        using var none = torch.no_grad();
        fresh.embedding.weight!.copy_(model.embedding.weight!);
        if (!model.embedding.weight!.requires_grad)
        {
            LayerTransfer.CopyLayer(model.layers[0], fresh.layers[0]);
            StudentEncoder.Freeze(fresh);
        }

        return fresh;
    }

    /// <summary>How a student is taught.</summary>
    internal static EncoderTraining Training(RetrainOptions options, int passes) =>
        new() { Epochs = passes, Rate = options.EncoderRate, HeadRateFactor = 1, TokenDropout = 0.1, DifficultyWeight = 1, Seed = options.Seed };

    private void Train(
        TierManifest tier, TextEncoder model, SentencePieceEncoder tokenizer, int passes, IReadOnlyList<LessonExample> lessons, IReadOnlyList<LessonExample> tuning, CancellationToken cancellationToken)
    {
        var training = Training(options, passes);
        var losses = log.Curve(tier.Name, options.FromServing ? "going on" : "begun anew");
        TokenizedText Tokens(string text, LessonExample lesson) =>
            new(tokenizer.Encode(text, tier.MaxTokens), lesson.Label, Array.ConvertAll(lesson.Probabilities, p => Math.Max(MathF.Log(p), LeastLogProbability)));
        new EncoderTrainer(tier.Name, model, training).Train(
            [.. lessons.SelectMany(lesson => lesson.Views.Select(view => Tokens(view, lesson)))],
            [.. tuning.Select(lesson => Tokens(lesson.Views[0], lesson))],
            epoch =>
            {
                losses.Add(epoch.Loss);
                log.Report($"train '{tier.Name}'", (double)epoch.Epoch / epoch.Epochs, $"loss {epoch.Loss:F3}, {epoch.Accuracy:P1} of held-back lessons");
            },
            (done, _) => log.Report($"train '{tier.Name}'", done),
            cancellationToken);
    }
}
