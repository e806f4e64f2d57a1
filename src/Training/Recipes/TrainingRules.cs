using Understudy.Inference.Features;
using Understudy.Training.Encoders;
using Understudy.Training.Linear;

namespace Understudy.Training.Recipes;

/// <summary>What is wrong with the numbers of a classification recipe's trainings.</summary>
internal static class TrainingRules
{
    public static IEnumerable<string> Problems(string field, EncoderTraining training) => FieldRange.Problems(
        field,
        ("epochs", training.Epochs, FieldRange.AtLeastOne),
        ("batchTokens", training.BatchTokens, FieldRange.AtLeastOne),
        ("batchTexts", training.BatchTexts, FieldRange.AtLeastOne),
        ("rate", training.Rate, FieldRange.AboveZero),
        ("headRateFactor", training.HeadRateFactor, FieldRange.AboveZero),
        ("weightDecay", training.WeightDecay, FieldRange.NotNegative),
        ("dropout", training.Dropout, FieldRange.BelowOne),
        ("tokenDropout", training.TokenDropout, FieldRange.BelowOne),
        ("labelSmoothing", training.LabelSmoothing, FieldRange.BelowOne),
        ("softTargetShare", training.SoftTargetShare, FieldRange.Share),
        ("softTargetTemperature", training.SoftTargetTemperature, FieldRange.AboveZero),
        ("attentionWeight", training.AttentionWeight, FieldRange.NotNegative),
        ("difficultyWeight", training.DifficultyWeight, FieldRange.NotNegative),
        ("difficultyMargin", training.DifficultyMargin, FieldRange.NotNegative));

    public static IEnumerable<string> Problems(string field, LinearTraining training) => FieldRange.Problems(
        field,
        ("epochs", training.Epochs, FieldRange.AtLeastOne),
        ("rate", training.Rate, FieldRange.AboveZero),
        ("l2", training.L2, FieldRange.NotNegative),
        ("minCount", training.MinCount, FieldRange.NotNegative),
        ("ratioShare", training.RatioShare, FieldRange.Share));

    public static IEnumerable<string> Problems(string field, NgramOptions ngrams) => FieldRange.Problems(
        field,
        ("buckets", ngrams.Buckets, FieldRange.PowerOfTwo),
        ("maxWords", ngrams.MaxWords, FieldRange.NotNegative),
        ("minChars", ngrams.MinChars, FieldRange.AtLeastOne),
        ("maxChars", ngrams.MaxChars, FieldRange.NotNegative),
        ("textLimit", ngrams.TextLimit, FieldRange.AtLeastOne),
        ("tailLimit", ngrams.TailLimit, FieldRange.NotNegative),
        ("featureLimit", ngrams.FeatureLimit, FieldRange.NotNegative));
}
