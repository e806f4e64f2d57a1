namespace Understudy.Training.Recipes;

/// <summary>The steps of a training run, in their order. Each leaves its result in the work folder for the next.</summary>
[Flags]
public enum TrainingSteps
{
    /// <summary>Train the lead.</summary>
    Lead = 1,

    /// <summary>Let the lead teach the students.</summary>
    Distil = 2,

    /// <summary>Make the models smaller, export them to ONNX and measure what that costs.</summary>
    Compress = 4,

    /// <summary>Fit temperatures, choose thresholds, write the release.</summary>
    Release = 8,

    All = Lead | Distil | Compress | Release,
}
