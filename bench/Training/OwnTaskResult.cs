using Understudy.Cli.Evaluation;

namespace Understudy.Bench.Training;

/// <summary>How the default recipe does on a data set.</summary>
/// <param name="TrainingSeconds">Wall time of the whole training run.</param>
/// <param name="Evaluation">The release on the test part.</param>
internal sealed record OwnTaskResult(string Data, double TrainingSeconds, EvaluationReport Evaluation);
