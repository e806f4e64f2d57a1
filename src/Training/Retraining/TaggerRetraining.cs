using TorchSharp;
using Understudy.Inference.FunctionCalls;
using Understudy.Inference.Releases;
using Understudy.Inference.Tokenization;
using Understudy.Training.Onnx;
using Understudy.Training.Recipes;
using Understudy.Training.Taggers;

namespace Understudy.Training.Retraining;

/// <summary>
/// Teaches a tagger from the lead's calls: its weights are read back from the file that serves, learn where the values of the calls stand in the requests, and are stored as they were.
/// Intents and slots that the lessons have and it does not know are added. One that goes on replaces the serving one only if it explains the tuning lessons better as it would serve.
/// </summary>
internal sealed class TaggerRetraining(RetrainOptions options, RetrainingLog log)
{
    /// <summary>Epochs for each pass that the task asks for: values are exchanged from epoch to epoch, so that none is the same.</summary>
    private const int EpochsAPass = 4;

    /// <summary>Batches that are learned from at least: of few lessons more epochs, which cost little.</summary>
    private const int LeastSteps = 400;

    /// <summary>Worse than that a lesson is not explained, in nats: one that the tagger cannot say is one that it does not know.</summary>
    private const double MostLoss = 30;

    /// <param name="folder">The release that serves.</param>
    /// <param name="tier">The tagger's.</param>
    /// <param name="serving">What serves.</param>
    /// <param name="version">Of the release.</param>
    /// <param name="passes">Over the lessons.</param>
    /// <param name="output">The folder for its new file.</param>
    /// <exception cref="RecipeInvalidException">Its file was not exported here.</exception>
    public TaughtTagger Run(
        string folder, TierManifest tier, TaggerWriter serving, string version, int passes, IReadOnlyList<CallLesson> lessons, IReadOnlyList<CallLesson> tuning, string output,
        CancellationToken cancellationToken)
    {
        TorchProcess.Prepare(options.Seed);
        var (tagger, tokenizer) = (serving.Tagger, serving.Calls.Tokenizer);
        var labels = tagger.Labels.With(CallLabels.Of([.. lessons.Select(lesson => lesson.Request)]));
        var training = Training(options, passes, lessons.Count) with { MaxTokens = tagger.MaxTokens };
        var (model, precision) = Read(Path.Combine(folder, tier.Model), tier, tagger.Labels, labels, training.Dropout);
        using var read = model;
        using var fresh = options.FromServing ? null : Anew(model, labels, training.Dropout);
        var taught = fresh ?? model;
        Train(tier, taught, labels, tokenizer, training, lessons, tuning, cancellationToken);

        var path = Path.Combine(output, tier.Model);
        log.Report("compress", 0);
        TaggerFile.Save(path, taught, labels, precision, tagger.MaxTokens, tagger.Weight);
        var loaded = CallTagger.Load(path);
        double before, after;
        try
        {
            (before, after) = (Loss(tagger, tokenizer, tuning), Loss(loaded, tokenizer, tuning));
        }
        catch
        {
            loaded.Dispose();
            throw;
        }

        log.Report("compress", 1, $"{precision.ToString().ToLowerInvariant()}, {new FileInfo(path).Length / 1e6:F1} MB: {after:F3} nats a call on held-back lessons, {before:F3} for the one that serves");
        if (after < before || !options.FromServing)
        {
            var parameters = taught.parameters().Sum(parameter => parameter.numel());
            return new(
                tier with { Parameters = parameters }, loaded, new TaggerWriter(tier.Name, loaded, serving.Calls),
                fresh is null ? $"'{tier.Name}' goes on from {version}" : $"'{tier.Name}' begins anew");
        }

        loaded.Dispose();
        File.Delete(path);
        return new(tier, null, serving, $"'{tier.Name}' stays, as it would have learned nothing by {passes} more passes");
    }

    /// <summary>How a tagger is taught.</summary>
    internal static TaggerTraining Training(RetrainOptions options, int passes, int lessons)
    {
        var training = new TaggerTraining { Seed = options.Seed };
        var batches = Math.Max(1, (lessons + training.BatchTexts - 1) / training.BatchTexts);
        var times = options.FromServing ? 1 : EncoderRetraining.PassesAnew;
        return training with
        {
            Epochs = times * Math.Max(EpochsAPass * passes, (LeastSteps + batches - 1) / batches),
            Rate = options.FromServing ? options.TaggerRate : training.Rate,
        };
    }

    /// <summary>Mean negative log-likelihood of the lead's calls, in nats.</summary>
    private static double Loss(CallTagger tagger, TextTokenizer tokenizer, IReadOnlyList<CallLesson> lessons) => lessons.Average(lesson =>
        tagger.Read(tokenizer, tokenizer.Encode(lesson.Text)) is { } reading ? Math.Min(MostLoss, -reading.LogProbability(lesson.Call)) : MostLoss);

    private static (CallTaggerModel Model, EncoderPrecision Precision) Read(string path, TierManifest tier, CallLabels known, CallLabels labels, double dropout)
    {
        try
        {
            return TaggerFile.Load(path, known, labels, dropout);
        }
        catch (InvalidDataException error)
        {
            throw new RecipeInvalidException($"Student '{tier.Name}' cannot be taught further: {error.Message} Take it out of 'retraining.students' in task.json, or train a release with 'understudy train'.");
        }
    }

    /// <summary>The same shape and token vectors, and everything else as if nothing had been learned.</summary>
    internal static CallTaggerModel Anew(CallTaggerModel model, CallLabels labels, double dropout)
    {
        var fresh = new CallTaggerModel(model.encoder.Shape, [.. model.encoder.layers.Select(layer => layer.Size)], labels, dropout);
        using var none = torch.no_grad();
        fresh.encoder.embedding.weight!.copy_(model.encoder.embedding.weight!);
        return fresh;
    }

    private void Train(
        TierManifest tier, CallTaggerModel model, CallLabels labels, TextTokenizer tokenizer, TaggerTraining training, IReadOnlyList<CallLesson> lessons, IReadOnlyList<CallLesson> tuning,
        CancellationToken cancellationToken)
    {
        var trainer = new TaggerTrainer(model, labels, tokenizer, training);
        trainer.Train(
            [.. lessons.Select(lesson => lesson.Request)], [.. tuning.Select(lesson => lesson.Request)], (done, line) => log.Report($"train '{tier.Name}'", done, line), cancellationToken);
        log.Curve(tier.Name, options.FromServing ? "going on" : "begun anew").AddRange(trainer.Measured.Select(epoch => epoch.Loss));
    }
}
