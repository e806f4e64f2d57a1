using System.Buffers;
using System.Numerics.Tensors;
using Understudy.Inference.Calibration;
using Understudy.Inference.Cascades;
using Understudy.Inference.Classification;
using Understudy.Inference.Decoding;

namespace Understudy.Inference.Pipelines;

/// <summary>Asks a tier about texts and turns its logits into votes. Thread-safe.</summary>
/// <param name="shared">Whether runs are shared with other callers. If not, everything completes before the call returns.</param>
/// <param name="time">Measures the runs.</param>
/// <param name="onText">Told the pieces of a text as a writer writes it, where there is one input; null for nobody.</param>
internal sealed class TierScorer(bool shared, TimeProvider time, Action<string>? onText = null)
{
    /// <summary>Texts in one call of a model that nobody shares; between calls a cancellation is heard.</summary>
    private const int MaxTexts = 256;

    /// <summary>One vote for each item, in their order.</summary>
    /// <exception cref="ModelInvalidException">A score is not finite.</exception>
    public async ValueTask<TierVote[]> VoteAsync(Tier tier, IReadOnlyList<PipelineItem> items, CancellationToken cancellationToken)
    {
        if (tier.Model is ITextWriter writer)
        {
            return await Task.WhenAll(items.Select(item => WriteAsync(tier, writer, item, cancellationToken))).ConfigureAwait(false);
        }

        var texts = new string[items.Count];
        for (var i = 0; i < texts.Length; i++)
        {
            texts[i] = items[i].Text();
        }

        var votes = new TierVote[texts.Length];
        var limit = shared && tier.Batcher is not null ? tier.Batcher.MaxTexts : MaxTexts;
        if (texts.Length <= limit)
        {
            await VoteChunkAsync(tier, texts, votes, cancellationToken).ConfigureAwait(false);
            return votes;
        }

        // Texts of similar length go together: there is less padding.
        foreach (var chunk in Enumerable.Range(0, texts.Length).OrderBy(i => texts[i].Length).Chunk(limit))
        {
            var part = new TierVote[chunk.Length];
            await VoteChunkAsync(tier, Array.ConvertAll(chunk, i => texts[i]), part, cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < chunk.Length; i++)
            {
                votes[chunk[i]] = part[i];
            }
        }

        return votes;
    }

    /// <summary>What a student wrote before goes ahead.</summary>
    private async Task<TierVote> WriteAsync(Tier tier, ITextWriter writer, PipelineItem item, CancellationToken cancellationToken)
    {
        var written = await writer.WriteAsync(item.Text(), item.Surest()?.Completion, onText, cancellationToken).ConfigureAwait(false);
        return new(tier.Name, -1, written.Confidence, tier.Threshold, [], written.Milliseconds)
        {
            Completion = written.Text,
            LeadMilliseconds = written.LeadMilliseconds,
            Tokens = written.Tokens,
            Chances = written.Chances,
            Rationale = written.Reason,
        };
    }

    private async ValueTask VoteChunkAsync(Tier tier, IReadOnlyList<string> texts, TierVote[] votes, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var labels = tier.Classifier.LabelCount;
        var rented = ArrayPool<float>.Shared.Rent(texts.Count * labels);
        try
        {
            var logits = rented.AsMemory(0, texts.Count * labels);
            double milliseconds;
            if (shared && tier.Batcher is { } batcher)
            {
                milliseconds = await batcher.ScoreAsync(texts, logits, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                var start = time.GetTimestamp();
                tier.Classifier.Score(texts, logits.Span);
                milliseconds = time.GetElapsedTime(start).TotalMilliseconds / Math.Max(1, texts.Count);
            }

            for (var i = 0; i < votes.Length; i++)
            {
                votes[i] = Vote(tier, logits.Span.Slice(i * labels, labels), milliseconds);
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(rented);
        }
    }

    private static TierVote Vote(Tier tier, ReadOnlySpan<float> logits, double milliseconds)
    {
        var probabilities = Softmax.Tempered(logits, tier.Temperature);
        var label = TensorPrimitives.IndexOfMax<float>(probabilities);
        if (!float.IsFinite(probabilities[label]))
        {
            throw new ModelInvalidException($"Tier '{tier.Name}' gave a score that is not a finite number. Check its model, or serve another release.");
        }

        return new(tier.Name, label, probabilities[label], tier.Threshold, probabilities, milliseconds);
    }
}
