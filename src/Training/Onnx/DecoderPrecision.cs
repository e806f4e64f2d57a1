namespace Understudy.Training.Onnx;

/// <summary>How a decoder's matrices are stored.</summary>
public enum DecoderPrecision
{
    /// <summary>As trained.</summary>
    Float32,

    /// <summary>8 bits a weight, one scale a block of 32 inputs.</summary>
    Int8,

    /// <summary>4 bits a weight, one scale a block of 32 inputs.</summary>
    Int4,
}
