namespace Understudy.Training.Recipes;

/// <summary>What is known of a trained lead.</summary>
/// <param name="NgramWeight">What the n-gram part's logits are multiplied by before they are added to the encoder's.</param>
/// <param name="EncoderAccuracy">Of the encoder alone, on the tuning part.</param>
/// <param name="NgramAccuracy">Of the n-gram part alone.</param>
/// <param name="Accuracy">Of both together.</param>
internal sealed record LeadFacts(double NgramWeight, double EncoderAccuracy, double NgramAccuracy, double Accuracy);
