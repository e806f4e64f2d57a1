using Understudy.Inference.Features;
using Understudy.Training.Decoders;
using Understudy.Training.Encoders;
using Understudy.Training.Linear;

namespace Understudy.Training.Recipes;

/// <summary>What is wrong with the numbers of a recipe's trainings.</summary>
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

    public static IEnumerable<string> Problems(string field, ContrastiveTraining training) => FieldRange.Problems(
        field,
        ("epochs", training.Epochs, FieldRange.AtLeastOne),
        ("batchTexts", training.BatchTexts, new("2 or more: a text is told from the others of its batch", value => value >= 2)),
        ("rate", training.Rate, FieldRange.AboveZero),
        ("tokenDropout", training.TokenDropout, FieldRange.BelowOne),
        ("temperature", training.Temperature, FieldRange.AboveZero));

    public static IEnumerable<string> Problems(string field, DecoderTraining training) => FieldRange.Problems(
        field,
        ("steps", training.Steps, FieldRange.AtLeastOne),
        ("textFirst", training.TextFirst, FieldRange.NotNegative),
        ("textEvery", training.TextEvery, FieldRange.NotNegative),
        ("textTokens", training.TextTokens, FieldRange.AtLeastOne),
        ("requests", training.Requests, FieldRange.AtLeastOne),
        ("swapValues", training.SwapValues, FieldRange.Share),
        ("randomValues", training.RandomValues, FieldRange.Share),
        ("randomOpenValues", training.RandomOpenValues, FieldRange.Share),
        ("readings", training.Readings, FieldRange.AtLeastOne),
        ("muonFrom", training.MuonFrom ?? 0, FieldRange.NotNegative),
        ("rate", training.Rate, FieldRange.AboveZero),
        ("warmUp", training.WarmUp, FieldRange.NotNegative),
        ("decay", training.Decay, FieldRange.Share),
        ("weightDecay", training.WeightDecay, FieldRange.NotNegative),
        ("clip", training.Clip, FieldRange.AboveZero),
        ("dropout", training.Dropout, FieldRange.BelowOne),
        ("softTargetShare", training.SoftTargetShare, FieldRange.Share));

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
