using System.Numerics.Tensors;
using Understudy.Inference.Calibration;

namespace Understudy.Training.Recipes;

/// <summary>A text with the lead's answer to it.</summary>
/// <param name="Text">As models read it.</param>
/// <param name="Label">The right one; null where only the lead has said.</param>
/// <param name="Answer">The lead's logits, [labels].</param>
internal sealed record LeadLesson(string Text, int? Label, float[] Answer)
{
    public int HardLabel => Label ?? TensorPrimitives.IndexOfMax<float>(Answer);

    /// <summary>The lead's probabilities for a share, the right label for the rest.</summary>
    public float[] Target(float share)
    {
        var target = Softmax.Tempered(Answer, 1);
        if (Label is { } label)
        {
            TensorPrimitives.Multiply(target, share, target);
            target[label] += 1 - share;
        }

        return target;
    }
}
