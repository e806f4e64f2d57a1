namespace Understudy.Training.Studies;

/// <summary>A variant, ready to be measured.</summary>
/// <param name="Name">In words.</param>
/// <param name="Run">Measures it with a seed, telling how far it is.</param>
/// <param name="Cost">How long it takes against the others, for the estimate.</param>
internal sealed record StudyArm(string Name, Func<int, Action<double>, CancellationToken, StudyMeasurement> Run, double Cost = 1);
