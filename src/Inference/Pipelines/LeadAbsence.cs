namespace Understudy.Inference.Pipelines;

/// <summary>What becomes of an input whose lead is away.</summary>
internal enum LeadAbsence
{
    /// <summary>The best student answers.</summary>
    Degrade,

    /// <summary>It stays open, to be asked about again.</summary>
    Wait,

    /// <summary>The caller hears about it.</summary>
    Refuse,
}
