using System.Numerics.Tensors;
using Understudy.Inference.Datasets;
using Understudy.Inference.Decoding;
using Understudy.Inference.FunctionCalls;
using Understudy.Training.Decoders;

namespace Understudy.Training.LanguageModels;

/// <summary>Runs an exported decoder over rows.</summary>
internal static class DecoderMeasure
{
    /// <summary>Share of the rows that greedy decoding writes without a mistake: after the right tokens the next right one is the most likely, to the end.</summary>
    public static double ExactMatch(DecoderModel model, IReadOnlyList<TokenRow> rows)
    {
        using var session = model.NewSession();
        return rows.Average(row => MostLikely(model, session, row).AsSpan(row.From - 1).SequenceEqual(row.Ids.AsSpan(row.From)) ? 1.0 : 0.0);
    }

    /// <summary>Share of the records whose answer is right, whatever reason is written before it, as the model serves.</summary>
    public static double Answers(DecoderModel model, FunctionCallTask task, IReadOnlyList<CompletionRecord> records)
    {
        var writer = new LanguageModel(model, task.Tokenizer, keptSessions: 0); // not disposed of: the model is the caller's
        return records.Average(record =>
        {
            using var generation = writer.Generate(task.Prompt(record.Text), task.Options(record.Text, FunctionCallTask.LongestAnswer(model.MaxTokens)));
            return record.IsAnsweredBy(generation.Run().Text, task.IsJson) ? 1.0 : 0.0;
        });
    }

    /// <summary>Share of all tokens at which two models think the same token the most likely.</summary>
    public static double Agreement(DecoderModel model, DecoderModel reference, IReadOnlyList<TokenRow> rows)
    {
        using var session = model.NewSession();
        using var other = reference.NewSession();
        return rows.Average(row => MostLikely(model, session, row).Zip(MostLikely(reference, other, row), (a, b) => a == b ? 1.0 : 0.0).Average());
    }

    /// <summary>The most likely next token after each of a row's tokens but the last.</summary>
    private static int[] MostLikely(DecoderModel model, DecoderSession session, TokenRow row)
    {
        session.Rollback(0);
        var logits = session.Score(row.Ids.AsSpan(0, row.Ids.Length - 1));
        var likely = new int[row.Ids.Length - 1];
        for (var at = 0; at < likely.Length; at++)
        {
            likely[at] = TensorPrimitives.IndexOfMax(logits.Slice(at * model.Vocabulary, model.Vocabulary));
        }

        return likely;
    }
}
