using System.Text.Json.Serialization;

namespace Understudy.Training.Distillation;

/// <summary>What a small student's weights start from, and with it the student's shape.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StudentStart>))]
public enum StudentStart
{
    /// <summary>The small shape; embeddings are the lead's, projected at random.</summary>
    [JsonStringEnumMemberName("projected")]
    Projected,

    /// <summary>The small shape; embeddings are the lead's along its principal directions.</summary>
    [JsonStringEnumMemberName("principal")]
    Principal,

    /// <summary>As wide as the lead with one layer, all of it the lead's at the start (transfer initialisation).</summary>
    [JsonStringEnumMemberName("layers")]
    Layers,

    /// <summary>The lead's embeddings and first layer, which stay as they are, and a narrow layer of its own: an update changes only that.</summary>
    [JsonStringEnumMemberName("shared")]
    Shared,
}
