using Understudy.Inference.Datasets;
using Understudy.Inference.Pipelines;
using Understudy.Workflows.Limits;

namespace Understudy.Workflows.Batches;

/// <summary>The lines of a shard, sorted into what can be answered and what cannot.</summary>
/// <param name="maxCharacters">Of a text.</param>
/// <param name="tooLong">Why a text is too long for who answers it, or null; null where any may be asked.</param>
internal sealed class ShardLines(int maxCharacters, Func<string, string?>? tooLong = null)
{
    public List<ShardItem> Usable { get; } = [];

    public List<QuarantinedLine> Quarantined { get; } = [];

    public void Add(DatasetLine line)
    {
        if (line.Record is not { } record)
        {
            Quarantined.Add(new(line.Number, line.Problem ?? "The line could not be read.", line.Raw));
        }
        else if (string.IsNullOrWhiteSpace(record.Text))
        {
            Quarantined.Add(new(line.Number, "The record has no 'text' to classify. Give it one that is not empty.", line.Raw));
        }
        else if (record.Text.Length > maxCharacters)
        {
            var tokens = maxCharacters / UnderstudyLimits.CharactersPerToken;
            Quarantined.Add(new(
                line.Number,
                $"'text' is {record.Text.Length} characters long; the limit is {maxCharacters} (about {tokens} tokens). Shorten it, or raise Limits:InputTokens.",
                line.Raw));
        }
        else if (tooLong?.Invoke(record.Text) is { } reason)
        {
            Quarantined.Add(new(line.Number, reason, line.Raw));
        }
        else
        {
            Usable.Add(new(line.Number, new PipelineItem { Id = record.Id ?? $"line-{line.Number}", Input = record.Text }));
        }
    }
}
