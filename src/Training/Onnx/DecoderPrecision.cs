namespace Understudy.Training.Onnx;

/// <summary>How a decoder's matrices are stored.</summary>
public enum DecoderPrecision
{
    /// <summary>As trained.</summary>
    Float32,

    /// <summary>8 bits a weight, one scale a block of 64 inputs.</summary>
    Int8,

    /// <summary>4 bits a weight of the feed-forward layers, one scale a block of 32 inputs; attention and the head as in <see cref="Int8"/>, since most of what 4 bits lose is lost there.</summary>
    Int4,
}
