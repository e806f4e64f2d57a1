using System.Text;

namespace Understudy.Inference.Datasets;

/// <summary>One line as it was read: either a record, or what is wrong with it.</summary>
/// <param name="Number">The line's number in the file, from 1; blank lines count.</param>
/// <param name="Record">The example, or <see langword="null"/> when the line is malformed.</param>
/// <param name="Problem">What is wrong and what to do; <see langword="null"/> for a good line.</param>
public sealed record DatasetLine(long Number, DatasetRecord? Record, string? Problem)
{
    /// <summary>The line itself, for a quarantine file; empty where it was too long. Bytes that are not UTF-8 are replaced.</summary>
    public string Raw => Encoding.UTF8.GetString(Bytes.Span);

    internal ReadOnlyMemory<byte> Bytes { get; init; }
}
