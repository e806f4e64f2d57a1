using System.Text.Json.Serialization;

namespace Understudy.Inference.Datasets;

/// <summary>One example: a line of a JSONL file. It has one of <see cref="Text"/>, <see cref="Messages"/> and <see cref="Image"/>.</summary>
public sealed record DatasetRecord
{
    /// <summary>A number is read as its text.</summary>
    [JsonConverter(typeof(TextOrNumberConverter))]
    public string? Id { get; init; }

    public string? Text { get; init; }

    public IReadOnlyList<ChatMessage>? Messages { get; init; }

    /// <summary>A file name relative to the data set.</summary>
    public string? Image { get; init; }

    /// <summary>A number is read as its text.</summary>
    [JsonConverter(typeof(TextOrNumberConverter))]
    public string? Label { get; init; }

    /// <summary>BIO tags of <see cref="Text"/>'s words, parted by spaces: the slots that <see cref="Label"/>, an intent, takes from the text.</summary>
    public string? Slots { get; init; }

    public string? Completion { get; init; }

    public string? Rationale { get; init; }

    public TeacherOutput? Teacher { get; init; }
}
