using System.Text.Json.Serialization;

namespace Understudy.Training.Distillation;

/// <summary>What a language model learns from.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DecoderLesson>))]
public enum DecoderLesson
{
    /// <summary>The right tokens; where the rows are a lead's answers this is sequence-level distillation (Kim and Rush, arXiv 1606.07947).</summary>
    [JsonStringEnumMemberName("rows")]
    Rows,

    /// <summary>The lead's distribution at every token of the rows: KL(lead ‖ student), which makes the student cover all that the lead might say.</summary>
    [JsonStringEnumMemberName("forward-kl")]
    ForwardKl,

    /// <summary>The lead's opinion of the student's own answers: KL(student ‖ lead), which lets it leave out what it cannot say (MiniLLM, arXiv 2306.08543).</summary>
    [JsonStringEnumMemberName("reverse-kl")]
    ReverseKl,
}
