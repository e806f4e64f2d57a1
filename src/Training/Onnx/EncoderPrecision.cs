using System.Text.Json.Serialization;

namespace Understudy.Training.Onnx;

/// <summary>How an encoder's matrices are stored.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<EncoderPrecision>))]
public enum EncoderPrecision
{
    /// <summary>As trained.</summary>
    [JsonStringEnumMemberName("float32")]
    Float32,

    /// <summary>8 bits a weight, one scale an output, activations quantised as they come.</summary>
    [JsonStringEnumMemberName("int8")]
    Int8,

    /// <summary>4 bits a weight, one scale a block of 32 inputs; tables alike.</summary>
    [JsonStringEnumMemberName("int4")]
    Int4,
}
