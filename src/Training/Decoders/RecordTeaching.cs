using System.Text.Json.Serialization;

namespace Understudy.Training.Decoders;

/// <summary>What a language model learns of a record.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RecordTeaching>))]
public enum RecordTeaching
{
    /// <summary>The answer.</summary>
    [JsonStringEnumMemberName("answers")]
    Answers,

    /// <summary>How one comes to it, and then the answer (Fine-tune-CoT, arXiv 2212.10071).</summary>
    [JsonStringEnumMemberName("rationales")]
    Rationales,
}
