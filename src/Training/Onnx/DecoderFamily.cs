namespace Understudy.Training.Onnx;

/// <summary>The inputs and outputs that a decoder's graph has.</summary>
public enum DecoderFamily
{
    /// <summary>For Understudy: a cache in place, trees, logits of chosen rows.</summary>
    Understudy,

    /// <summary>For engines that run the exports of the Hugging Face tools: <c>attention_mask</c>, and a cache that is handed on.</summary>
    HuggingFace,
}
